/** koffi, which calls C: an optional dependency, loaded when first asked for. Only as much of it as we use. */

import { createRequire } from 'node:module'

/** An address in memory. */
export type NativePointer = bigint

export interface Koffi {
  load(path: null): { func(prototype: string): (...values: never[]) => number }
  alloc(type: string, length: number): NativePointer
  free(pointer: NativePointer): void
  view(pointer: NativePointer, length: number): ArrayBuffer
  errno(): number
}

let loaded: Koffi | undefined

/** Throws where it has no build for the platform. */
export function koffi(): Koffi {
  loaded ??= createRequire(import.meta.url)('koffi') as Koffi
  return loaded
}
