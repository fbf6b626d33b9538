/** Lines of JSON that know whether they are whole: `CRC32 JSON`, eight hex digits first. What a crash or a bad disk
 *  did to one line harms no other. Pure. */

import { crc32 } from 'node:zlib'

export interface CheckedLines {
  readonly values: readonly unknown[]
  /** 1-based numbers of lines that are not what was written. */
  readonly damaged: readonly number[]
  /** The last line has no end: a write that was cut off, and so never acknowledged. */
  readonly torn: boolean
}

export function checkedLine(value: unknown): string {
  const json = JSON.stringify(value)
  return `${checksum(json)} ${json}\n`
}

export function readCheckedLines(text: string): CheckedLines {
  const lines = text.split('\n')
  const rest = lines.pop() ?? ''
  const read = lines.map(readLine)
  return {
    values: read.filter(value => value !== undefined),
    damaged: read.flatMap((value, i) => (value === undefined && lines[i] !== '' ? [i + 1] : [])),
    torn: rest !== '',
  }
}

function readLine(line: string): unknown {
  const json = line.slice(9)
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}
