/** The zones of the bench, always the same: a small one of existing names, one of delegations, and one of a million
 *  records. Knows no server. */

import { once } from 'node:events'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'

export const SMALL_APEX = 'bench.example'
export const REFERRAL_APEX = 'refer.example'
export const MILLION_APEX = 'million.example'
export const SMALL_NAMES = 1_000
export const DELEGATIONS = 1_000

export interface ZoneFile {
  readonly apex: string
  readonly path: string
}

function head(apex: string, serial: number): string {
  return [
    `$ORIGIN ${apex}.`,
    '$TTL 300',
    `@ IN SOA ns1 hostmaster ${serial} 7200 1800 1209600 300`,
    '@ IN NS ns1',
    '@ IN NS ns2',
    'ns1 IN A 192.0.2.53',
    'ns2 IN A 198.51.100.53',
    '',
  ].join('\n')
}

/** 10.x.y.z, one address per number, so that an answer can be checked from its name. */
export function addressOf(number: number): number {
  return (0x0a000000 | number) >>> 0
}

function dotted(address: number): string {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join('.')
}

/** A thousand names with an A record each, every fourth with AAAA, every eighth with MX. */
export function smallZone(serial = 1): string {
  const lines: string[] = []
  for (let i = 1; i <= SMALL_NAMES; i++) {
    lines.push(`host${i} IN A ${dotted(addressOf(i))}`)
    if (i % 4 === 0) lines.push(`host${i} IN AAAA 2001:db8::${i.toString(16)}`)
    if (i % 8 === 0) lines.push(`host${i} IN MX 10 host${i - 1}`)
  }
  return `${head(SMALL_APEX, serial)}${lines.join('\n')}\n`
}

/** A thousand delegations, two name servers each, with glue. */
export function referralZone(serial = 1): string {
  const lines: string[] = []
  for (let i = 1; i <= DELEGATIONS; i++) {
    lines.push(`sub${i} IN NS ns1.sub${i}`, `sub${i} IN NS ns2.sub${i}`)
    lines.push(
      `ns1.sub${i} IN A ${dotted(addressOf(2 * i))}`,
      `ns2.sub${i} IN A ${dotted(addressOf(2 * i + 1))}`,
    )
  }
  return `${head(REFERRAL_APEX, serial)}${lines.join('\n')}\n`
}

export function writeSmallZones(dir: string): ZoneFile[] {
  mkdirSync(dir, { recursive: true })
  const files = [
    { apex: SMALL_APEX, path: join(dir, `${SMALL_APEX}.zone`) },
    { apex: REFERRAL_APEX, path: join(dir, `${REFERRAL_APEX}.zone`) },
  ]
  writeFileSync(files[0]!.path, smallZone())
  writeFileSync(files[1]!.path, referralZone())
  return files
}

/** `names` A records in a file of their own, streamed: the text does not fit a string comfortably. */
export async function writeMillionZone(path: string, names: number, serial: number): Promise<ZoneFile> {
  mkdirSync(dirname(path), { recursive: true })
  const file = createWriteStream(path)
  file.write(head(MILLION_APEX, serial))
  let lines: string[] = []
  for (let i = 1; i <= names; i++) {
    lines.push(`host${i} IN A ${dotted(addressOf(i))}\n`)
    if (i % 10_000 !== 0 && i !== names) continue
    if (!file.write(lines.join(''))) await once(file, 'drain')
    lines = []
  }
  file.end()
  await finished(file)
  return { apex: MILLION_APEX, path }
}
