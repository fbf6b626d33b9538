/** `meridian force`: a region is up or down because the operator says so, until the operator says otherwise. */

import type { Command } from 'commander'
import type { ControlOptions } from './control-client.ts'
import { defineOrder, giveOrder } from './order.ts'
import { Exit } from './terminal.ts'
import { complainOfUsage } from './world-options.ts'

const EXAMPLES = `  meridian force euc1 up --for 30m --why "the check is wrong, not the region"
  meridian force live.classroom.example/use1 down
  meridian force euc1 auto      its checks decide again`

const ACTIONS = { up: 'force-up', down: 'force-down', auto: 'force-auto' } as const

export function define(command: Command, finish: (exitCode: number) => void): void {
  defineOrder(command, 'Says that a region is up or down, whatever its checks say.', EXAMPLES)
    .argument('<STATE>', 'up, down, or auto: as its checks say')
    .action(async (pattern: string, state: string, options: ControlOptions) => {
      const action = Object.hasOwn(ACTIONS, state) ? ACTIONS[state as keyof typeof ACTIONS] : undefined
      if (action !== undefined) return finish(await giveOrder(action, pattern, options))
      complainOfUsage(`"${state}" is not up, down or auto`)
      process.stderr.write('See meridian force --help.\n')
      finish(Exit.Usage)
    })
}
