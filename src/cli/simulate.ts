/** `meridian simulate`: who would be served from where, over the whole address space, and who moves when policies
 *  change or regions go down. Serves nothing and changes nothing. */

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { hasErrors, type Problem } from '../base/problem.ts'
import { closest } from '../base/suggest.ts'
import { fileProblem } from '../control/zone-folder.ts'
import { readTraffic, type Traffic } from '../simulate/traffic.ts'
import { mapPath, type Simulated, Simulation } from './simulate-run.ts'
import { type Comparison, openSides } from './simulate-sides.ts'
import { percent, printSimulated, simulatedToJson } from './simulate-text.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'
import { addGeoOptions, complainOfUsage, settingOption, worldSettings } from './world-options.ts'
import { GeoOffice } from './zone-judge.ts'

const AFTER_HELP = `
Every network of the world is asked of every policy that answers a name, of the zones as they are (--against) and
as they would be (--zones). Told are, for each policy:
  moved       the share of clients who would be served by another region, by pair of regions and by country
  residency   whose permitted regions change, up or down
  load        the share of each region; with capacity= also at how many clients in all it is full, or with
              --clients N how much of its capacity is used
  N−1         the same with one more region down, the worst first
Without --against only load and N−1. Both sides are taken with the regions of --down down.

How clients are weighed: by IPv4 addresses whose country is known. IPv6 is weighed apart, in /48s, and never mixed
with IPv4: nobody knows how many clients a /48 stands for. With --weights FILE real traffic counts instead, both
families together, wherever it comes from: lines of PREFIX,QUERIES such as 203.0.113.0/24,1200, spread evenly over
the prefix; prefixes inside one another simply add up. Answers drawn by weight or hash count as their shares; of
several regions answered at once each counts in equal part. Each policy is judged as if it had its regions for
itself.

--map draws the world as the (new) zones serve it, one dot a place, coloured by region; what moves has a white rim.
With several policies each gets a file of its own, FILE-ZONE-POLICY.svg.

Examples:
  meridian simulate                                              load and N−1 of ./zones
  meridian simulate --down euc1 --map world.svg
  meridian simulate --zones new --against zones --max-shift 10%  in a pipeline, before a change goes live
  meridian simulate --weights queries.csv --clients 20000

Exit codes: 0 fine, 1 the zones, the weights or the geo data are wrong, or more than --max-shift moves (in either
family), 2 the command is wrong.
`

interface Options {
  readonly against?: string
  readonly down?: readonly string[]
  readonly weights?: string
  readonly clients?: string
  readonly maxShift?: string
  readonly map?: string
  readonly json?: boolean
}

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Tells who would be served from where, all over the world, and who moves.')
    .addOption(settingOption('zones'))
    .option('--against <DIR>', 'the zones as they are now, to compare with')
    .option('--down <REGION,...>', 'regions supposed to be down; repeatable', collect)
    .option('--weights <FILE.csv>', 'prefix,queries: weigh clients by traffic instead of addresses')
    .option('--clients <N>', 'clients at the busiest moment, in the unit of capacity=')
    .option('--max-shift <PERCENT>', 'leave with 1 if a larger share than this moves')
    .option('--map <FILE.svg>', 'draw the world, coloured by region')
    .option('--json', 'print one JSON object')
    .addHelpText('after', AFTER_HELP)
  addGeoOptions(command)
  command.action(async (options: Options) => finish(await simulate(command, options)))
}

function collect(word: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...word.split(',')]
}

async function simulate(command: Command, options: Options): Promise<number> {
  const settings = await worldSettings(command)
  if (settings === undefined) return usage()
  if (settings === 'bad-config') return Exit.BadInput
  const clients = readCount(options.clients)
  if (clients === 'wrong') return usage('--clients must be a number, for example 20000')
  const maxShift = readPercent(options.maxShift)
  if (maxShift === 'wrong') return usage('--max-shift must be a percentage, for example 10%')
  if (maxShift !== undefined && options.against === undefined)
    return usage('--max-shift needs --against DIR: without it nothing moves')

  const traffic = options.weights === undefined ? undefined : openTraffic(options.weights)
  if (traffic !== undefined && hasErrors(traffic.problems)) return tellProblems(traffic.problems)
  const office = new GeoOffice(settings)
  const sides = openSides(settings.zones, options.against, office)
  if (hasErrors(sides.problems)) return tellProblems(sides.problems)
  tellProblems(sides.problems)
  const { down = [] } = options
  const wrong = wrongRegion(sides.comparisons, down)
  if (wrong !== undefined) return usage(...wrong)

  const { table } = office
  const simulation = table === undefined ? undefined : new Simulation({ table, traffic, down })
  const simulated = simulation?.run(sides.comparisons) ?? []
  const failures = simulated.flatMap(one => {
    if (options.map === undefined) return []
    return simulation!.draw(mapPath(options.map, one.comparison, simulated.length === 1), one) ?? []
  })
  if (failures.length > 0) return tellProblems(failures)

  const moved = Math.max(0, ...simulated.flatMap(({ reports }) => reports.map(report => report.moved)))
  const isTooMuch = maxShift !== undefined && moved > maxShift
  if (options.json === true) {
    const json = {
      down,
      gone: sides.gone,
      policies: simulated.map(simulatedToJson),
      moved,
      maxShift: maxShift ?? null,
    }
    process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`)
  } else {
    const compares = options.against !== undefined
    tell(simulated, { down, clients, compares, gone: sides.gone })
    if (isTooMuch)
      complainOfUsage(`${percent(moved)} of the clients move, more than --max-shift ${percent(maxShift)}`)
  }
  return isTooMuch ? Exit.BadInput : Exit.Fine
}

interface Telling {
  readonly down: readonly string[]
  readonly clients: number | undefined
  readonly compares: boolean
  readonly gone: readonly string[]
}

function tell(simulated: readonly Simulated[], { gone, ...options }: Telling): void {
  const paint = painter(wantsColours(process.stdout, process.env))
  const blocks = simulated.map(one => printSimulated(one, { ...options, paint }))
  if (simulated.length === 0) blocks.push('No policy answers a name in these zones.\n')
  if (gone.length > 0) blocks.push(`No longer answered by a policy: ${gone.join(' ')}\n`)
  process.stdout.write(blocks.join('\n'))
}

//------------ What went wrong ---

function usage(text?: string, hint?: string): number {
  if (text !== undefined) complainOfUsage(text, hint)
  process.stderr.write('See meridian simulate --help.\n')
  return Exit.Usage
}

function tellProblems(problems: readonly Problem[]): number {
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  return Exit.BadInput
}

/** A region that no policy has, before or after, would change nothing: most often it is misspelt. */
function wrongRegion(
  comparisons: readonly Comparison[],
  down: readonly string[],
): [text: string, hint: string | undefined] | undefined {
  const policies = comparisons.flatMap(({ before, after }) => [
    after.policy,
    ...(before === undefined ? [] : [before.policy]),
  ])
  const known = new Set(policies.flatMap(({ regions }) => regions.map(({ name }) => name)))
  const wrong = down.find(name => !known.has(name))
  if (wrong === undefined) return undefined
  return [
    `--down: no policy has a region "${wrong}"`,
    closest(wrong, known) ?? `regions here: ${[...known].join(', ')}`,
  ]
}

//------------ Options ---

function openTraffic(path: string): Traffic {
  try {
    return readTraffic(path, readFileSync(path, 'utf8'))
  } catch (error) {
    const problem = fileProblem(path, 'cannot-read', (error as Error).message, 'is the name right?')
    return { stretches: [], total: 0, problems: [problem] }
  }
}

function readCount(text: string | undefined): number | undefined | 'wrong' {
  if (text === undefined) return undefined
  return /^\d+(?:\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : 'wrong'
}

/** `10%` → 0.1; the sign may be left out. */
function readPercent(text: string | undefined): number | undefined | 'wrong' {
  if (text === undefined) return undefined
  const matched = /^(\d+(?:\.\d+)?)%?$/.exec(text)
  return matched !== null && Number(matched[1]) <= 100 ? Number(matched[1]) / 100 : 'wrong'
}
