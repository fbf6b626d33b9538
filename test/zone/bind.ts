/** BIND's reading of a zone file, record by record, in one canonical form. */

import { spawnSync } from 'node:child_process'

/** Words before the data that is broken into pieces in print: hex and base64. */
const WHOLE_AFTER: Readonly<Record<string, number>> = {
  CERT: 3,
  DS: 3,
  CDS: 3,
  DNSKEY: 3,
  CDNSKEY: 3,
  RRSIG: 8,
  TLSA: 3,
  SMIMEA: 3,
  SSHFP: 2,
  ZONEMD: 3,
  OPENPGPKEY: 0,
}

/** What `named-checkzone -D` says the file holds, sorted; or why it does not load it. */
export function readWithBind(program: string, folder: string, file: string): string[] | { refused: string } {
  const lenient = [
    '-i',
    'none',
    '-k',
    'ignore',
    '-n',
    'ignore',
    '-m',
    'ignore',
    '-M',
    'ignore',
    '-S',
    'ignore',
  ]
  const args = [
    '-D',
    '-s',
    'full',
    '-T',
    'ignore',
    '-W',
    'ignore',
    ...lenient,
    '-o',
    '-',
    'example.com',
    file,
  ]
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) return { refused: stderr + stdout }
  return stdout
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(';') && !/^(?:zone |OK$)/.test(line))
    .map(canonical)
    .toSorted()
}

/** `owner ttl IN type data`, the owner in lower case (RFC 4343) and data in one piece. */
export function canonical(line: string): string {
  const match = /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s*(.*)$/.exec(line)
  if (match === null) return line
  const [, owner = '', ttl, type = '', data = ''] = match
  const front = type.startsWith('TYPE') ? 2 : WHOLE_AFTER[type]
  // BIND 9.18 knows dohpath by its number only.
  if (front === undefined)
    return `${owner.toLowerCase()} ${ttl} IN ${type} ${data.replaceAll(' dohpath=', ' key7=')}`
  const words = data.trim().split(/\s+/)
  const whole = [...words.slice(0, front), words.slice(front).join('')].join(' ').trim()
  return `${owner.toLowerCase()} ${ttl} IN ${type} ${whole}`
}
