/** `meridian geo`: what geo data is in use, how old and whose; builds its table; says where an address is. */
import { type Command, Option } from 'commander'
import { type Address, parseAddress } from '../base/address.ts'
import { monotonicMs, wallClockMs } from '../base/clock.ts'
import { hasErrors } from '../base/problem.ts'
import { oldDataWarnings } from '../geo/age.ts'
import { buildGeo, type GeoBuild, type GeoSettings } from '../geo/build.ts'
import type { GeoTable } from '../geo/table.ts'
import { geoSettings } from './geo-settings.ts'
import { printInfo, printLookup, toJsonInfo, toJsonLookup } from './geo-text.ts'
import { ProgressBar } from './progress-bar.ts'
import { resolveSettings } from './resolve-settings.ts'
import { flagOf, SETTING_TEXTS, type SettingKey } from './settings.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'

const SETTINGS = ['geo', 'geo.overrides', 'state'] as const satisfies readonly SettingKey[]

const AFTER_HELP = `
Without --geo the data embedded in the geoip-lite package is used. geo-data/README.md tells its date and licence,
and how to bring newer data.

Examples:
  meridian geo info                                        what is in use, from when, under which licence
  meridian geo build --geo City.mmdb --geo ASN.mmdb        compile now what serve would compile at its start
  meridian geo lookup 81.2.69.142 2001:db8::1              where these addresses are

Exit codes: 0 fine, 1 the data is wrong, 2 the command is wrong.
`

const EXAMPLES = {
  info: '  meridian geo info\n  meridian geo info --json | jq .sources',
  build: '  meridian geo build --geo City.mmdb --geo ASN.mmdb',
  lookup:
    '  meridian geo lookup 81.2.69.142 2001:db8::1\n  meridian geo lookup --geo City.mmdb 81.2.69.142 --json',
} as const

type Options = Record<string, unknown>
type Report = (build: GeoBuild, table: GeoTable, settings: GeoSettings, json: boolean) => string

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Geo data: which is in use, how old and whose; compile it; look addresses up.')
    .addHelpText('after', AFTER_HELP)
  subcommand(command, 'info', 'say source, date, age, size and licence of the geo data').action(
    async (options: Options) => finish(await run(options, infoReport)),
  )
  subcommand(command, 'build', 'compile the geo data into the state folder, if that is not done').action(
    async (options: Options) => finish(await run(options, buildReport)),
  )
  subcommand(command, 'lookup', 'say where addresses are')
    .argument('<IP...>', 'IPv4 or IPv6 addresses')
    .action(async (texts: string[], options: Options) => {
      const addresses = texts.map(parseAddress)
      const bad = texts.find((_, i) => addresses[i] === undefined)
      if (bad !== undefined) {
        process.stderr.write(`"${bad}" is no IP address\nSee meridian geo lookup --help.\n`)
        return finish(Exit.Usage)
      }
      finish(await run(options, lookupReport(addresses as Address[])))
    })
}

function subcommand(parent: Command, name: keyof typeof EXAMPLES, summary: string): Command {
  const command = parent
    .command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
  command.helpOption('-h, --help', 'print this help')
  command.option('-c, --config <FILE>', 'YAML file of settings (also MERIDIAN_CONFIG)')
  for (const key of SETTINGS) {
    const { value, text, default: told, repeatable } = SETTING_TEXTS[key]
    const option = new Option(`--${flagOf(key)} <${value}>`, `${text} (default: ${told})`)
    if (repeatable === true)
      option.argParser((word: string, before: string[] | undefined) => [
        ...(before ?? []),
        ...word.split(','),
      ])
    command.addOption(option)
  }
  const exits = 'Exit codes: 0 fine, 1 the data is wrong, 2 the command is wrong.'
  command.addHelpText('after', `\nExamples:\n${EXAMPLES[name]}\n\n${exits}\n`)
  return command.option('--json', 'print one JSON object')
}

async function run(options: Options, report: Report): Promise<number> {
  const resolved = await resolveSettings({
    flags: flagsGiven(options),
    environment: process.env,
    configPath: (options['config'] as string | undefined) ?? (process.env['MERIDIAN_CONFIG'] || undefined),
  })
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const text of resolved.usage) process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  for (const problem of resolved.problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (resolved.usage.length > 0) return Exit.Usage
  if (hasErrors(resolved.problems)) return Exit.BadInput

  const settings = geoSettings(resolved.settings)
  const bar = new ProgressBar(process.stderr, monotonicMs, 'compiling geo data')
  const build = buildGeo(settings, share => bar.show(share))
  bar.clear()
  const { table } = build
  const json = options['json'] === true
  const old = table === undefined ? [] : oldDataWarnings(table.info, wallClockMs())
  // In JSON the problems are part of the object, so that a program need not read two streams.
  const problems = [...build.problems, ...old]
  if (!json || table === undefined)
    for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (table === undefined) return Exit.BadInput
  process.stdout.write(report({ ...build, problems }, table, settings, json))
  return Exit.Fine
}

function flagsGiven(options: Options): Map<SettingKey, unknown> {
  const given = new Map<SettingKey, unknown>()
  // Commander's own names for the flags.
  const names = { geo: 'geo', 'geo.overrides': 'geoOverrides', state: 'state' } as const
  for (const key of SETTINGS) if (options[names[key]] !== undefined) given.set(key, options[names[key]])
  return given
}

//------------ Reports ---

const infoReport: Report = (build, table, _settings, json) =>
  json ? print(toJsonInfo(build, table, wallClockMs())) : printInfo(build, table, wallClockMs())

const buildReport: Report = (build, table, _settings, json) => {
  if (json)
    return print({ path: build.cachePath ?? null, fromCache: build.fromCache, bytes: table.image.byteLength })
  const done = build.fromCache ? 'is up to date' : 'was compiled'
  return `${build.cachePath ?? 'the table'} ${done}\n`
}

function lookupReport(addresses: readonly Address[]): Report {
  return (_build, table, settings, json) =>
    json
      ? print(addresses.map(address => toJsonLookup(table, settings, address)))
      : addresses.map(address => printLookup(table, settings, address)).join('\n')
}

function print(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
