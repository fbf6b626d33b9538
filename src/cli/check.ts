/** `meridian check`: reads zone files the way `serve` does, proves what their policies promise, and reports every
 *  problem. Serves nothing. */
import type { Command } from 'commander'
import { monotonicMs } from '../base/clock.ts'
import type { Problem } from '../base/problem.ts'
import { followedAddresses } from '../compile/followed.ts'
import { oneFilePerZone } from '../control/zone-folder.ts'
import type { Roster } from '../health/consul/roster.ts'
import { readRoster } from '../health/consul/roster-file.ts'
import { ProgressBar } from './progress-bar.ts'
import { count, Exit, type Paint, painter, paintProblem, wantsColours } from './terminal.ts'
import { addGeoOptions, settingOption, worldSettings } from './world-options.ts'
import { GeoOffice, type JudgedZone, judgeZoneFile, zoneFilesAt } from './zone-judge.ts'

const AFTER_HELP = `
A zone file is named ORIGIN.zone, for example classroom.example.zone; in a DIR every such file is read.
Nothing is served or changed. Warnings alone leave the exit code at 0.

Of a zone with directives more is asked than that it can be read:
  residency   for every network of the world and every set of regions that may be down at once, no answer
              leaves the fences; if one does, a client and the down regions that lead there are named
  $EXPECT     each line holds
Both ask where addresses are. The geo data is read once and kept compiled in the state folder; zones without
directives never touch it.

Examples:
  meridian check                                 every zone in ./zones
  meridian check zones/classroom.example.zone    one zone
  meridian check --geo GeoLite2-City.mmdb        by other geo data than the embedded
  meridian check --json | jq '.problems[].code'  for programs

Exit codes: 0 no errors, 1 errors, 2 the command is wrong.
`

/** What was found of the zone's policies. */
interface CheckedSteering {
  readonly names: number
  readonly policies: readonly { readonly name: string; readonly regions: number; readonly classes: number }[]
  /** All hold, or the zone had errors. */
  readonly expectations: number
  /** CONSUL records, if there are any, and of how many of them a server remembers addresses. */
  readonly following?: { readonly records: number; readonly known: number }
}

interface CheckedZone {
  readonly zone: string
  readonly file: string
  readonly serial: number | null
  readonly records: number
  readonly errors: number
  readonly warnings: number
  /** Null for a zone that steers nothing, or has errors. */
  readonly steering: CheckedSteering | null
}

interface Report {
  readonly zones: readonly CheckedZone[]
  readonly problems: readonly Problem[]
}

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description(
      'Reads zone files, proves what their policies promise, and reports every problem with its line and a remedy.',
    )
    .argument('[FILE|DIR...]', 'zone files, or folders of them (default: --zones)')
    .option('--json', 'print one JSON object: zones, problems, and counts of both severities')
    .addOption(settingOption('zones'))
    .addHelpText('after', AFTER_HELP)
  addGeoOptions(command)
  command.action(async (paths: string[], options: { json?: boolean }) => {
    const settings = await worldSettings(command)
    if (settings === undefined) return finish(Exit.Usage)
    if (settings === 'bad-config') return finish(Exit.BadInput)
    const { roster } = readRoster(settings.state)
    const report = check(paths.length > 0 ? paths : [settings.zones], new GeoOffice(settings), roster)
    const errors = report.problems.filter(problem => problem.severity === 'error').length
    const warnings = report.problems.length - errors
    if (options.json === true)
      process.stdout.write(`${JSON.stringify({ ...report, errors, warnings }, undefined, 2)}\n`)
    else printReport(report, errors, warnings)
    finish(errors > 0 ? Exit.BadInput : Exit.Fine)
  })
}

function check(paths: readonly string[], geo: GeoOffice, roster: Roster): Report {
  const named = paths.map(zoneFilesAt)
  const files = new Map(named.flatMap(found => found.files).map(file => [file.path, file]))
  const bar = new ProgressBar(process.stderr, monotonicMs, 'checking zones')
  const checked = [...files.values()].map((file, i) => {
    bar.show(i / files.size)
    return judgeZoneFile(file, geo)
  })
  bar.clear()
  const { problems: duplicates } = oneFilePerZone(checked, () => 0)
  const problems = [
    ...named.flatMap(found => found.problems),
    ...geo.problems,
    ...checked.flatMap(zone => zone.problems),
    ...duplicates,
  ]
  return { zones: checked.map(zone => summary(zone, roster)), problems }
}

function summary(judged: JudgedZone, roster: Roster): CheckedZone {
  const { path, zone, loaded, problems } = judged
  const errors = problems.filter(problem => problem.severity === 'error').length
  return {
    zone,
    file: path,
    serial: loaded?.serial ?? null,
    records: loaded?.records.count ?? 0,
    errors,
    warnings: problems.length - errors,
    steering: steeringSummary(judged, roster),
  }
}

function steeringSummary({ steered }: JudgedZone, roster: Roster): CheckedSteering | null {
  const steering = steered?.steering
  if (steered === undefined || steering === undefined) return null
  const policies = steered.policies.map(({ policy, classes }) => ({
    name: policy.name,
    regions: policy.regions.length,
    classes: classes.length,
  }))
  const { names, services, expectations } = steering
  const known = services.filter(service => followedAddresses(service, roster).length > 0).length
  const told = { names: names.length, policies, expectations: expectations.length }
  return services.length === 0 ? told : { ...told, following: { records: services.length, known } }
}

function printReport(report: Report, errors: number, warnings: number): void {
  const paint = painter(wantsColours(process.stdout, process.env))
  const blocks = report.problems.map(problem => `${paintProblem(problem, paint)}\n`)
  const counts = [
    count(report.zones.length, 'zone'),
    paint(errors > 0 ? 'red' : 'green', count(errors, 'error')),
    warnings > 0 ? paint('yellow', count(warnings, 'warning')) : count(warnings, 'warning'),
  ]
  process.stdout.write([...blocks, ...steeringLines(report, paint), `${counts.join(', ')}\n`].join('\n'))
}

/** One line a zone that steers, telling that there was something to prove and that it held. */
function steeringLines({ zones }: Report, paint: Paint): string[] {
  const lines = zones.flatMap(({ zone, steering }) => {
    if (steering === null) return []
    const { names, policies, expectations, following } = steering
    const classes = policies.reduce((sum, policy) => sum + policy.classes, 0)
    const proven = several(policies.length, 'policy', 'policies')
    const parts = [
      count(names, 'steered name'),
      `${proven} proven over ${several(classes, 'client class', 'client classes')}`,
      expectations === 0 ? 'no $EXPECT' : several(expectations, '$EXPECT holds', '$EXPECT hold'),
      ...(following === undefined
        ? []
        : [`${count(following.records, 'CONSUL record')}, addresses remembered of ${following.known}`]),
    ]
    return [`${paint('bold', zone)} ${parts.join(', ')}\n`]
  })
  return lines.length === 0 ? [] : [lines.join('')]
}

function several(number: number, one: string, more: string): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : more}`
}
