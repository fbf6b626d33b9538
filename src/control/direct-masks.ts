/** Names whose addresses follow a catalog, asked for themselves: which of their addresses are out, as the catalog says,
 *  written to the boards of their zones. No policy has a say here, and no operator. */

import { wantedOf } from '../compile/followed.ts'
import { wantedKey } from '../health/consul/view.ts'
import { MASK_WORDS, storeMask } from '../plan/board.ts'
import { printAddress } from '../policy/values.ts'
import type { WatchedZone } from './health-targets.ts'

interface DirectName {
  readonly board: Int32Array
  readonly masksAt: number
  readonly v4: readonly string[]
  readonly v6: readonly string[]
}

export class DirectMasks {
  /** By `wantedKey`. */
  private names = new Map<string, DirectName[]>()

  adopt(zones: readonly WatchedZone[]): void {
    this.names = new Map()
    for (const { part, steered } of zones) {
      if (steered === undefined || part.board === undefined) continue
      const board = new Int32Array(part.board)
      for (const [i, service] of steered.steering.services.entries()) {
        const key = wantedKey(wantedOf(service))
        const { v4, v6 } = steered.followed[i]!
        const masksAt = steered.servicesAt + i * MASK_WORDS
        const texts = (of: typeof v4): string[] => of.map(({ octets }) => printAddress(octets))
        const name = { board, masksAt, v4: texts(v4), v6: texts(v6) }
        this.names.set(key, [...(this.names.get(key) ?? []), name])
      }
    }
  }

  write(key: string, isServing: (address: string) => boolean): void {
    for (const { board, masksAt, v4, v6 } of this.names.get(key) ?? []) {
      storeMask(board, masksAt, v4.map(isServing))
      storeMask(board, masksAt + 1, v6.map(isServing))
    }
  }
}
