/** `meridian drain`: no new clients for a region, whatever its checks say. */

import type { Command } from 'commander'
import type { ControlOptions } from './control-client.ts'
import { defineOrder, giveOrder } from './order.ts'

const EXAMPLES = `  meridian drain euc1 --for 2h --why "kernel update"
  meridian drain live.classroom.example/euc1
  meridian drain "eu*"`

export function define(command: Command, finish: (exitCode: number) => void): void {
  defineOrder(
    command,
    'Takes a region out of the answers, as long as another one may serve.',
    EXAMPLES,
  ).action(async (pattern: string, options: ControlOptions) =>
    finish(await giveOrder('drain', pattern, options)),
  )
}
