/** What `drain`, `undrain` and `force` share: an order, for how long, by whom and why. */

import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { OrderReply } from '../control/control-messages.ts'
import { sharingLines } from '../control/sharing-text.ts'
import type { OverrideAction } from '../health/overrides/override.ts'
import { addControlOptions, askServer, CONTROL_EXIT_CODES, type ControlOptions } from './control-client.ts'
import { Exit } from './terminal.ts'
import { complainOfUsage } from './world-options.ts'

interface OrderOptions extends ControlOptions {
  readonly for?: string
  readonly why?: string
}

export const PATTERN_HELP =
  'REGION, NAME/REGION, or a glob of either: euc1, live.classroom.example/euc1, "eu*"'

const RULES = `
A pattern without a slash speaks of that region for every name. Of several orders the newest that speaks of a region
counts, so "drain '*'" and then "undrain euc1" leaves euc1 alone in service. An order is on the disk before it is
acknowledged, survives restarts, and ends after --for. No order takes a client out of its fence.
`

export function defineOrder(command: Command, description: string, examples: string): Command {
  command
    .description(description)
    .argument('<PATTERN>', PATTERN_HELP)
    .option('--for <TIME>', 'until when it holds: 45s, 30m, 2h, 1d12h (default: until it is taken back)')
    .option('--why <TEXT>', 'a reason, for those who come after')
    .addHelpText('after', `${RULES}\nExamples:\n${examples}\n\n${CONTROL_EXIT_CODES}\n`)
  return addControlOptions(command)
}

export async function giveOrder(
  action: OverrideAction,
  pattern: string,
  options: OrderOptions,
): Promise<number> {
  const forMs = options.for === undefined ? undefined : durationMs(options.for)
  if (Number.isNaN(forMs)) {
    complainOfUsage(`--for ${options.for} is not a time`, 'write 45s, 30m, 2h or 1d12h')
    return Exit.Usage
  }
  const order = { kind: 'order', action, pattern, by: whoAmI(), why: options.why ?? '' } as const
  return askServer<'order'>(options, forMs === undefined ? order : { ...order, forMs }, printOrder)
}

function printOrder({ override, warnings, regions, sharing }: OrderReply): string {
  const until =
    override.untilWallMs === undefined ? '' : `, until ${new Date(override.untilWallMs).toISOString()}`
  const head = `${override.action} ${override.pattern}${until}`
  return `${[
    head,
    ...regions.map(({ name, region, state }) => `  ${name}/${region} is ${state}`),
    ...warnings.map(text => `warning: ${text}`),
    ...sharingLines(sharing).map(text => `  ${text}`),
  ].join('\n')}\n`
}

const MS_BY_UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Not a number when it is none. */
export function durationMs(text: string): number {
  if (!/^(?:\d{1,6}[smhd])+$/.test(text)) return Number.NaN
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g)) total += Number(count) * MS_BY_UNIT[unit!]!
  return total > 0 ? total : Number.NaN
}

/** Whoever became root to do this is still who does it. */
export function whoAmI(): string {
  const asked = process.env['SUDO_USER'] ?? ''
  if (asked !== '') return asked
  try {
    return userInfo().username
  } catch {
    // A container's user may have no name.
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
