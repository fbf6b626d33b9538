/** `meridian explain`: why a name is answered as it is, step by step, by the very code that serves it. Serves
 *  nothing and changes nothing. */

import type { Command } from 'commander'
import type { Problem } from '../base/problem.ts'
import { closest } from '../base/suggest.ts'
import { readRoster } from '../health/consul/roster-file.ts'
import { UNKNOWN_CLIENT } from '../policy/everyone.ts'
import { nameFromText, printName } from '../wire/name.ts'
import { isMetaType, RrType, typeFromName } from '../wire/types.ts'
import { readFromAddress, readFromPlaces } from './explain-from.ts'
import { explainGroups, type Group } from './explain-groups.ts'
import { explainByServer } from './explain-server.ts'
import { Shelf } from './explain-shelf.ts'
import { groupsToJson, printGroups } from './explain-text.ts'
import { type Explanation, explainName, type Stop } from './explain-walk.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'
import {
  addGeoOptions,
  complainOfUsage,
  settingOption,
  type WorldSettings,
  worldSettings,
} from './world-options.ts'
import { GeoOffice, zoneFilesAt } from './zone-judge.ts'

const AFTER_HELP = `
NAME is a whole name; TYPE is A unless said otherwise. For whom:
  --from 81.2.69.142       an address, looked up as a client subnet (ECS) is
  --from 81.2.69.0/24      a subnet, as a resolver would send it
  --from JP                a place, meaning its people: a country, a subdivision (US-CA), a network (AS64500), a
                           continent (europe), eu, eea, * or a $PLACES name of the zone; several with commas
  --from unknown           a client whose place is not known
Who gets the same answer for the same reason is told of together.

Printed is one step a line: where the client is and who says so, the policy, each region kept or dropped and why,
the pick, the TTL, the ECS scope; then the records. Names without a policy are explained too: static, alias,
wildcard, delegated, not there. The records and the scope are what the server returns, made by the same code from
the zone files as they stand; "check" says whether the server would take them.

Addresses that follow Consul are those that a server remembers in the state folder.

With --server a running server is asked instead (its _why name, over UDP and then TCP), so what is served now and
what is up now count; it tells only those whom its diagnostics.allow names.

Examples:
  meridian explain live.classroom.example --from 81.2.69.142
  meridian explain live.classroom.example AAAA --from DE --down euc1,euw3
  meridian explain www.classroom.example
  meridian explain live.classroom.example --from 81.2.69.142 --server 127.0.0.1:5300

Exit codes: 0 explained (also when the answer is "no such name"), 1 the zones or the geo data are wrong or no zone
has the name, 2 the command is wrong, 3 the server does not answer.
`

interface Options {
  readonly from?: string
  readonly down?: readonly string[]
  readonly over?: readonly string[]
  readonly server?: string
  readonly json?: boolean
}

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Tells why a name is answered as it is, step by step.')
    .argument('<NAME>', 'the name asked for')
    .argument('[TYPE]', 'the type asked for (default: A)')
    .option('--from <IP|PLACE>', 'for whom; needed for names that a policy answers')
    .option('--down <REGION,...>', 'regions supposed to be down; repeatable', collect)
    .option('--over <REGION,...>', 'regions supposed to be over their capacity; repeatable', collect)
    .option('--server <ADDR:PORT>', 'ask this running server instead of reading zone files')
    .option('--json', 'print one JSON object')
    .addOption(settingOption('zones'))
    .addHelpText('after', AFTER_HELP)
  addGeoOptions(command)
  command.action(async (nameText: string, typeText: string | undefined, options: Options) => {
    finish(await explain(command, nameText, typeText ?? 'A', options))
  })
}

function collect(word: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...word.split(',')]
}

async function explain(
  command: Command,
  nameText: string,
  typeText: string,
  options: Options,
): Promise<number> {
  const settings = await worldSettings(command)
  if (settings === undefined) return usage()
  if (settings === 'bad-config') return Exit.BadInput
  const name = nameFromText(nameText.toLowerCase())
  if (name === undefined) return usage(`"${nameText}" is not a domain name`)
  const type = typeFromName(typeText)
  if (type === undefined || (isMetaType(type) && type !== RrType.ANY))
    return usage(
      `"${typeText}" is no record type that can be asked for`,
      closest(typeText.toUpperCase(), Object.keys(RrType)),
    )
  const { server, from, json = false } = options
  if (server !== undefined) return explainByServer({ name, server, from, json })
  return explainHere({ name, type, settings, options })
}

/** Exit code of a mistake in the command; the words were told before if there are none here. */
function usage(text?: string, hint?: string): number {
  if (text !== undefined) complainOfUsage(text, hint)
  process.stderr.write('See meridian explain --help.\n')
  return Exit.Usage
}

interface Asked {
  readonly name: Uint8Array
  readonly type: number
  readonly settings: WorldSettings
  readonly options: Options
}

function explainHere({ name, type, settings, options }: Asked): number {
  const { files, problems } = zoneFilesAt(settings.zones)
  if (files.length === 0) return tellProblems(problems)
  const shelf = new Shelf(files, readRoster(settings.state).roster)
  const office = new GeoOffice(settings)
  const geo = () => office.table
  const { down = [], over = [], from } = options
  const question = { name, type, down, over }

  const address = from === undefined ? undefined : readFromAddress(from)
  if (address !== undefined && 'text' in address) return usage(`--from ${address.text}`, address.hint)
  const asker = address ?? (from === undefined ? undefined : UNKNOWN_CLIENT)
  const first = explainName(shelf, geo, { ...question, asker })
  if ('kind' in first) return tellStop(first, shelf, name, office)
  const wrong = wrongRegion(first, [...down, ...over])
  if (wrong !== undefined) return usage(...wrong)

  const isPlace = from !== undefined && address === undefined
  let groups: readonly Group[] = [{ who: from ?? '', explanation: first }]
  if (isPlace) {
    const clients = readFromPlaces(from, first.met[0]?.shelved.steered.steering)
    if ('text' in clients) return usage(`--from ${clients.text}`, clients.hint)
    groups = explainGroups(shelf, geo, question, clients, first)
  }
  const paint = painter(wantsColours(process.stdout, process.env))
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(groupsToJson(groups, question), undefined, 2)}\n`
      : printGroups(groups, question, paint),
  )
  return Exit.Fine
}

/** A region that no policy on the way has would change nothing: most often it is misspelt. */
function wrongRegion(
  { met }: Explanation,
  names: readonly string[],
): [text: string, hint: string | undefined] | undefined {
  const known = new Set(met.flatMap(({ policy }) => policy.regions.map(region => region.name)))
  const wrong = names.find(one => !known.has(one))
  if (wrong === undefined) return undefined
  if (met.length === 0) return ['no policy has a say here, so --down and --over change nothing', undefined]
  const hint = closest(wrong, known) ?? `regions here: ${[...known].join(', ')}`
  return [`there is no region "${wrong}" in policy ${met.map(({ policy }) => policy.name).join(', ')}`, hint]
}

//------------ What went wrong ---

function tellProblems(problems: readonly Problem[]): number {
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  return Exit.BadInput
}

function tellStop(stop: Stop, shelf: Shelf, name: Uint8Array, office: GeoOffice): number {
  switch (stop.kind) {
    case 'no-zone': {
      const near = closest(printName(name), shelf.names)
      complainOfUsage(
        `no zone here holds ${printName(name)}: the server answers REFUSED`,
        near ?? (shelf.names.length > 12 ? undefined : `zones here: ${shelf.names.join(' ')}`),
      )
      return Exit.BadInput
    }
    case 'broken-zone': {
      const code = tellProblems(stop.shelved.problems)
      complainOfUsage(
        `${stop.shelved.path} has errors: a server goes on with the last good version, or answers SERVFAIL`,
      )
      return code
    }
    case 'no-asker':
      return usage(`${printName(name)} is answered by policy: say for whom with --from IP or --from PLACE`)
    case 'no-geo':
      return tellProblems(office.problems)
  }
}
