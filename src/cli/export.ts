/** `meridian export`: a zone as any other server can load it. Serves nothing and changes nothing. */

import type { Command } from 'commander'
import type { Problem } from '../base/problem.ts'
import { closest } from '../base/suggest.ts'
import { fillFollowed } from '../compile/followed.ts'
import { hasSteering } from '../compile/steered-zone.ts'
import type { ZoneFile } from '../control/zone-folder.ts'
import { readRoster } from '../health/consul/roster-file.ts'
import { readPolicies } from '../policy/read.ts'
import { nameFromText, printName } from '../wire/name.ts'
import { type Loaded, loadZone } from '../zone/load.ts'
import { plainZone } from './export-zone.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'
import { addConfigOption, complainOfUsage, settingOption, worldSettings } from './world-options.ts'
import { zoneFilesAt } from './zone-judge.ts'

const AFTER_HELP = `
Prints the zone on stdout as plain RFC 1035 master file text, for secondaries and backups that know no GSLB: one
record a line, absolute names in canonical order, the SOA first, no directives. $INCLUDE and $GENERATE are carried
out.

A steered name gets its default answer: what a client of whom nothing is known gets while every region is up. That
obeys the fences as well as one answer for everybody can; "explain NAME --from unknown" tells its reasons. Where
weights or hashes would choose, it is the heaviest region. Addresses that follow Consul are those that a server
remembers in the state folder. What cannot be told (addresses that nobody remembers, names where such a client is
refused) is left out, with a comment there and a warning on stderr.

Examples:
  meridian export classroom.example > classroom.example.zone
  meridian export classroom.example --zones /etc/meridian/zones | named-checkzone classroom.example /dev/stdin

Exit codes: 0 exported, 1 there is no such zone or it has errors, 2 the command is wrong.
`

const NAMES_SHOWN_MAX = 12

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Prints a zone as a plain master file, each steered name with its default answer.')
    .argument('<ZONE>', 'the name of the zone')
    .addOption(settingOption('zones'))
    .addOption(settingOption('state'))
    .addHelpText('after', AFTER_HELP)
  addConfigOption(command)
  command.action(async (zone: string) => finish(await exportZone(command, zone)))
}

async function exportZone(command: Command, zoneText: string): Promise<number> {
  const settings = await worldSettings(command)
  if (settings === 'bad-config') return Exit.BadInput
  const apex = nameFromText(zoneText.toLowerCase())
  if (apex === undefined) complainOfUsage(`"${zoneText}" is not a domain name`)
  if (settings === undefined || apex === undefined) {
    process.stderr.write('See meridian export --help.\n')
    return Exit.Usage
  }
  const wanted = printName(apex)
  const { files, problems } = zoneFilesAt(settings.zones)
  if (files.length === 0) return refuse(problems)
  const loaded = findZone(files, wanted)
  if (loaded === undefined) {
    const names = files.map(({ zone }) => zone)
    complainOfUsage(`no zone ${wanted} in ${settings.zones}`, closest(wanted, names) ?? thereAre(names))
    return Exit.BadInput
  }
  const { zone } = loaded
  if (zone === undefined) return refuse(loaded.problems)
  const read = hasSteering(zone) ? readPolicies(zone) : undefined
  if (read !== undefined && read.policies === undefined) return refuse(read.problems)
  const { roster } = readRoster(settings.state)
  if (read?.policies !== undefined) fillFollowed(zone, read.policies, roster)
  const { lines, warnings } = plainZone(zone, read?.policies, roster)
  tell(warnings)
  process.stdout.write(`${lines.join('\n')}\n`)
  return Exit.Fine
}

/** A folder may hold thousands. */
function thereAre(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN_MAX
  return `there are ${names.slice(0, NAMES_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** By the name of the file; else whichever file an `$ORIGIN` makes this zone of. */
function findZone(files: readonly ZoneFile[], wanted: string): Loaded | undefined {
  const named = files.filter(({ zone }) => zone === wanted)
  let bad: Loaded | undefined
  for (const { path, apex } of [...named, ...files.filter(file => !named.includes(file))]) {
    const loaded = loadZone(path, apex)
    if (loaded.zone !== undefined && printName(loaded.zone.apex) === wanted) return loaded
    if (loaded.zone === undefined && printName(apex) === wanted) bad ??= loaded
  }
  return bad
}

function refuse(problems: readonly Problem[]): number {
  tell(problems.filter(({ severity }) => severity === 'error'))
  return Exit.BadInput
}

function tell(problems: readonly Problem[]): void {
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
}
