/** Zone → image. (Being written.) */
import type { Zone } from '../zone/zone.ts'

export function compileZone(_zone: Zone): SharedArrayBuffer {
  return new SharedArrayBuffer(0)
}

/** The image of a zone that never had a good version: every name in it answers SERVFAIL. */
export function compileBrokenZone(_apex: Uint8Array): SharedArrayBuffer {
  return new SharedArrayBuffer(0)
}
