/** `meridian status`: what a running server serves and how it fares, what is wrong first. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import type { StatusReply } from '../control/control-messages.ts'
import { sharedLines } from '../control/sharing-text.ts'
import { duration } from '../health/judge/text.ts'
import { addControlOptions, askServer, CONTROL_EXIT_CODES, type ControlOptions } from './control-client.ts'
import { printTable } from './table.ts'
import { count, Exit, type Paint, painter, wantsColours } from './terminal.ts'

const AFTER_HELP = `
Problems come first: zones with errors, regions that are out, sources of health that are silent or doubted, workers
that died, old geo data. Then the traffic, each zone with its serial, the regions of each zone over all names that
they serve ("meridian health" tells of each name), whose word on them is how old, and the orders in force.

Examples:
  meridian status
  meridian status --watch                                    again every two seconds, until Ctrl-C
  meridian status --state /var/lib/meridian --json | jq -e '.problems == []'

Fields of the JSON object may be added from version to version; none changes its meaning or goes.

${CONTROL_EXIT_CODES}
`

const WATCH_INTERVAL_MS = 2_000

interface StatusOptions extends ControlOptions {
  readonly watch?: boolean
}

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Tells what a running server serves and how it fares, what is wrong first.')
    .option('-w, --watch', 'again every two seconds, until it is interrupted')
    .addHelpText('after', AFTER_HELP)
  addControlOptions(command).action(async (options: StatusOptions) => {
    for (;;) {
      const exitCode = await askServer<'status'>(options, { kind: 'status' }, reply =>
        printStatus(reply, options.watch === true),
      )
      if (options.watch !== true || exitCode !== Exit.Fine) return finish(exitCode)
      await pause(WATCH_INTERVAL_MS)
    }
  })
}

/** Home, and away with what stood there: on a terminal alone. */
const CLEAR_SCREEN = '\x1b[H\x1b[2J'

function printStatus(reply: StatusReply, isWatching: boolean): string {
  const paint = painter(wantsColours(process.stdout, process.env))
  const sections = [
    problemLines(reply, paint),
    headLines(reply, paint),
    zoneLines(reply, paint),
    regionLines(reply, paint),
    sourceLines(reply, paint),
    orderLines(reply),
  ].filter(lines => lines.length > 0)
  const text = `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`
  return isWatching ? `${process.stdout.isTTY === true ? CLEAR_SCREEN : '\n'}${text}` : text
}

function problemLines({ problems }: StatusReply, paint: Paint): string[] {
  if (problems.length === 0) return [paint('green', 'nothing is wrong')]
  return [paint('red', count(problems.length, 'problem')), ...problems.map(text => `  ${text}`)]
}

function headLines(
  { version, pid, upMs, listen, traffic, workers, generation }: StatusReply,
  paint: Paint,
): string[] {
  const { perSecond, perSecondOfMinute, queriesUdp, queriesTcp, dropped, tcpOpen, answers } = traffic
  return [
    `${paint('bold', `meridian ${version}`)}, process ${pid}, up ${duration(upMs)}, on ${listen.join(' ')}`,
    `${many(perSecond)} queries/s, ${many(perSecondOfMinute)} over the last minute; ` +
      `in all ${many(queriesUdp)} UDP, ${many(queriesTcp)} TCP (${many(tcpOpen)} connections now)`,
    `${many(answers.noerror)} NOERROR, ${many(answers.nxdomain)} NXDOMAIN, ${many(answers.refused)} REFUSED, ` +
      `${many(answers.servfail)} SERVFAIL, ${many(dropped)} dropped; ${workers} workers, plan ${generation}`,
  ]
}

function many(figure: number): string {
  return (figure >= 10 ? Math.round(figure) : figure).toLocaleString('en-US')
}

function zoneLines({ zones }: StatusReply, paint: Paint): string[] {
  if (zones.length === 0) return ['no zones: every query is refused']
  const rows = zones.toSorted((a, b) => Number(a.state === 'current') - Number(b.state === 'current'))
  const [head = '', ...lines] = printTable(
    [
      { title: 'zone', align: 'left' },
      { title: 'state', align: 'left' },
      { title: 'serial', align: 'right' },
      { title: 'records', align: 'right' },
    ],
    rows.map(({ zone, state, serial, records }) => [
      zone,
      state,
      `${serial ?? '-'}`,
      records.toLocaleString('en-US'),
    ]),
  )
  return [
    paint('dim', head),
    ...lines.map((line, i) => (rows[i]!.state === 'current' ? line : paint('red', line))),
  ]
}

function regionLines({ health }: StatusReply, paint: Paint): string[] {
  if (health === undefined) return ['health: nothing is checked']
  const { regions, names, probes } = health
  const [head = '', ...lines] = printTable(
    [
      { title: 'region', align: 'left' },
      { title: 'zone', align: 'left' },
      { title: 'state', align: 'left' },
      { title: 'for', align: 'right' },
      { title: 'names out', align: 'right' },
      { title: 'addresses up', align: 'right' },
      { title: 'by', align: 'left' },
      { title: 'age', align: 'right' },
    ],
    regions.map(region => [
      region.region,
      region.zone,
      region.state,
      duration(region.forMs),
      `${region.out}/${region.names}`,
      `${region.addressesUp}/${region.addresses}`,
      region.sources.join(','),
      region.ageMs === undefined ? '' : duration(region.ageMs),
    ]),
  )
  const painted = lines.map((line, i) => {
    const { out, state } = regions[i]!
    return out > 0 ? paint('red', line) : state === 'up' ? line : paint('yellow', line)
  })
  return [`${count(names, 'name')} by policy, ${count(probes, 'probe')}`, paint('dim', head), ...painted]
}

function sourceLines({ health, geo }: StatusReply, paint: Paint): string[] {
  const sources = (health?.sources ?? []).map(({ name, state, ageMs, detail }) => [
    name,
    state,
    ageMs === undefined ? 'never heard' : `${duration(ageMs)} ago`,
    detail,
  ])
  const data = geo.map(({ name, days, isOld }) => [
    name,
    isOld ? 'old' : 'fresh',
    days === undefined ? 'of no date' : `${count(days, 'day')} old`,
    '',
  ])
  const rows = [...sources, ...data]
  if (rows.length === 0) return []
  const [head = '', ...lines] = printTable(
    [
      { title: 'source', align: 'left' },
      { title: 'state', align: 'left' },
      { title: 'last word', align: 'left' },
      { title: 'why', align: 'left' },
    ],
    rows,
  )
  return [
    paint('dim', head),
    ...lines.map((line, i) => (rows[i]![1] === 'fresh' ? line : paint('yellow', line))),
  ]
}

function orderLines({ health }: StatusReply): string[] {
  const orders = (health?.overrides ?? []).map(({ action, pattern, by, why, stamp, untilWallMs }) => {
    const until = untilWallMs === undefined ? '' : ` until ${new Date(untilWallMs).toISOString()}`
    const since = new Date(stamp.wallMs).toISOString()
    const who = `${by}@${stamp.node}`
    return `order: ${action} ${pattern} by ${who} since ${since}${until}${why === '' ? '' : `: ${why}`}`
  })
  return [...orders, ...sharedLines(health?.sharing)]
}
