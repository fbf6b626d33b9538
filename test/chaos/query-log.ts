/** What every query was and what came back, in columns: hundreds of thousands a second of run. Written by the load,
 *  read by the checker. */

import { readFileSync, writeFileSync } from 'node:fs'

/** No rcode: nothing came back. */
export const UNANSWERED = 255

export interface QueryLog {
  readonly count: number
  readonly sentMs: Float64Array
  readonly answeredMs: Float64Array
  /** Index into the questions that were asked. */
  readonly question: Uint16Array
  readonly rcode: Uint8Array
  /** Addresses in the answer; the first two of them follow. */
  readonly addressCount: Uint8Array
  readonly first: Uint32Array
  readonly second: Uint32Array
  /** Answers that nobody waited for: doubled, or of no query of ours. */
  readonly strays: number
}

export interface Question {
  readonly name: string
  /** A place among the law's clients; none for names that are the same for all. */
  readonly client: number | undefined
}

export function newQueryLog(capacity: number, strays = 0): QueryLog {
  return {
    count: capacity,
    sentMs: new Float64Array(capacity),
    answeredMs: new Float64Array(capacity),
    question: new Uint16Array(capacity),
    rcode: new Uint8Array(capacity).fill(UNANSWERED),
    addressCount: new Uint8Array(capacity),
    first: new Uint32Array(capacity),
    second: new Uint32Array(capacity),
    strays,
  }
}

const COLUMNS = ['sentMs', 'answeredMs', 'first', 'second', 'question', 'rcode', 'addressCount'] as const

/** The first `count` rows. */
export function writeQueryLog(path: string, log: QueryLog, count: number, strays: number): void {
  const parts = COLUMNS.map(column => {
    const used = log[column].subarray(0, count)
    return Buffer.from(used.buffer, used.byteOffset, used.byteLength)
  })
  writeFileSync(path, Buffer.concat([Buffer.from(Float64Array.of(count, strays).buffer), ...parts]))
}

export function readQueryLog(path: string): QueryLog {
  const bytes = new Uint8Array(readFileSync(path)).slice()
  const [count = 0, strays = 0] = new Float64Array(bytes.buffer, 0, 2)
  const log = newQueryLog(count, strays)
  let at = 16
  for (const column of COLUMNS) {
    const target = log[column]
    new Uint8Array(target.buffer).set(bytes.subarray(at, at + target.byteLength))
    at += target.byteLength
  }
  return log
}

export function printIp(address: number): string {
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 0xff).join('.')
}

export function readIp(text: string): number {
  return text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
}
