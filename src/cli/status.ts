/** `meridian status`: what a running server serves, and what stands out. */

import type { Command } from 'commander'
import type { StatusReply } from '../control/control-messages.ts'
import { duration } from '../health/judge/text.ts'
import { addControlOptions, askServer, CONTROL_EXIT_CODES, type ControlOptions } from './control-client.ts'
import { printTable } from './table.ts'

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Tells what a running server serves: zones, health in a line, orders in force.')
    .addHelpText('after', `\n${CONTROL_EXIT_CODES}\n`)
  addControlOptions(command).action(async (options: ControlOptions) =>
    finish(await askServer<'status'>(options, { kind: 'status' }, printStatus)),
  )
}

function printStatus({ version, pid, upMs, listen, generation, workerRestarts, zones, health }: StatusReply) {
  const lines = [
    `meridian ${version}, process ${pid}, up ${duration(upMs)}, on ${listen.join(' ')}`,
    `plan ${generation}, ${workerRestarts} worker restarts`,
    '',
    ...printTable(
      [
        { title: 'zone', align: 'left' },
        { title: 'state', align: 'left' },
        { title: 'serial', align: 'right' },
        { title: 'records', align: 'right' },
      ],
      zones.map(({ zone, state, serial, records }) => [zone, state, `${serial ?? '-'}`, `${records}`]),
    ),
    '',
    ...(health === undefined ? ['health: nothing is checked'] : healthLines(health)),
  ]
  return `${lines.join('\n')}\n`
}

function healthLines({
  names,
  regionsOut,
  probes,
  probesDenied,
  doubted,
  overrides,
}: NonNullable<StatusReply['health']>): string[] {
  const denied = probesDenied === 0 ? '' : `, ${probesDenied} denied`
  return [
    `health: ${names} names by policy, ${regionsOut} regions out, ${probes} probes${denied}`,
    ...doubted.map(({ name, sources }) => `doubted for ${name}: ${sources.join(', ')}`),
    ...overrides.map(({ action, pattern, by, why, stamp, untilWallMs }) => {
      const until = untilWallMs === undefined ? '' : ` until ${new Date(untilWallMs).toISOString()}`
      const since = new Date(stamp.wallMs).toISOString()
      return `order: ${action} ${pattern} by ${by} since ${since}${until}${why === '' ? '' : `: ${why}`}`
    }),
  ]
}
