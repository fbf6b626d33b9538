/** `meridian push`: tells a running server the verdict of a `push` check. */

import type { Command } from 'commander'
import type { PushReply } from '../control/control-messages.ts'
import { addControlOptions, askServer, CONTROL_EXIT_CODES, type ControlOptions } from './control-client.ts'
import { durationMs, PATTERN_HELP, whoAmI } from './order.ts'
import { Exit } from './terminal.ts'
import { complainOfUsage } from './world-options.ts'

interface PushOptions extends ControlOptions {
  readonly for?: string
  readonly why?: string
  readonly address?: string
}

const AFTER_HELP = `
In the zone: $CHECK load push, and health=load in a policy. The newest push counts at once; until the first one, the
region counts as up. When its time is over, it stays and is marked stale, and five minutes later it is left out: silence
alone never takes a region away. What is pushed counts for every name of the zone whose policy asks for the check.

Examples:
  meridian push euc1 load down --for 2m --why "queue is full"
  meridian push live.classroom.example/euc1 load up
  meridian push euc1 load down --address 198.51.100.10

Without this command, one line into the socket in the state folder and one line back:
  echo '{"kind":"push","pattern":"euc1","check":"load","verdict":"down","forMs":120000,"why":"queue is full"}' \\
    | nc -UN .meridian/control.sock

${CONTROL_EXIT_CODES}
`

const VERDICTS = ['up', 'down'] as const

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Tells a running server the verdict of a check of kind push.')
    .argument('<PATTERN>', PATTERN_HELP)
    .argument('<CHECK>', 'the name of the check')
    .argument('<VERDICT>', 'up or down')
    .option('--for <TIME>', 'how long it holds: 45s, 30m, 2h (default: three times interval= of the check)')
    .option('--address <IP>', 'of this address of the region alone (default: of the region as a whole)')
    .option('--why <TEXT>', 'a reason, for those who look')
    .addHelpText('after', AFTER_HELP)
  addControlOptions(command).action(
    async (pattern: string, check: string, said: string, options: PushOptions) => {
      const verdict = VERDICTS.find(one => one === said)
      if (verdict === undefined) return complain(finish, `"${said}" is not up or down`, undefined)
      const forMs = options.for === undefined ? undefined : durationMs(options.for)
      if (Number.isNaN(forMs))
        return complain(finish, `--for ${options.for} is not a time`, 'write 45s, 30m or 2h')
      const { address, why = '' } = options
      const request = {
        kind: 'push',
        pattern,
        check,
        verdict,
        by: whoAmI(),
        why,
        ...(forMs === undefined ? {} : { forMs }),
        ...(address === undefined ? {} : { address }),
      } as const
      finish(await askServer<'push'>(options, request, printPush))
    },
  )
}

function complain(finish: (exitCode: number) => void, text: string, hint: string | undefined): void {
  complainOfUsage(text, hint)
  process.stderr.write('See meridian push --help.\n')
  finish(Exit.Usage)
}

function printPush({ check, verdict, untilWallMs, warnings, regions }: PushReply): string {
  const head = `${check} is ${verdict}, until ${new Date(untilWallMs).toISOString()}`
  return `${[
    head,
    ...regions.map(({ name, region, state }) => `  ${name}/${region} is ${state}`),
    ...warnings.map(text => `warning: ${text}`),
  ].join('\n')}\n`
}
