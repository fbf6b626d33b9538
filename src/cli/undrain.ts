/** `meridian undrain`: a drained region is judged by its checks again. */

import type { Command } from 'commander'
import type { ControlOptions } from './control-client.ts'
import { defineOrder, giveOrder } from './order.ts'

const EXAMPLES = `  meridian undrain euc1
  meridian undrain "*"          every region, whichever order drained it`

export function define(command: Command, finish: (exitCode: number) => void): void {
  defineOrder(command, 'Takes a drain back.', EXAMPLES).action(
    async (pattern: string, options: ControlOptions) => finish(await giveOrder('undrain', pattern, options)),
  )
}
