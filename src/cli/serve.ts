/** `meridian serve`: its flags, its settings and its sockets, until a server stands or it is told why none can. */

import { type Command, Option } from 'commander'
import { inlineFreely } from '../base/inline.ts'
import { allowReclaiming } from '../base/reclaim.ts'
import { type Build, buildInThread } from '../control/builder.ts'
import { engineStandsBack } from '../control/stand-back.ts'
import { adminFault } from './admin-check.ts'
import { geoSettings } from './geo-settings.ts'
import { cannotRun, exitNow } from './leave.ts'
import { explainFailure, openListeners } from './listen.ts'
import {
  type BuildSettings,
  buildSettingsAtOnce,
  type ResolvedSettings,
  resolveSettings,
  type SettingSources,
} from './resolve-settings.ts'
import { SERVE_HELP } from './serve-help.ts'
import { logLastWords, openLog } from './serve-log.ts'
import { Server } from './server.ts'
import { flagOf, SETTING_KEYS, SETTING_TEXTS, type SettingKey } from './settings.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'

export function define(command: Command): void {
  command
    .description(
      'Answers DNS queries over UDP and TCP from a folder of zone files, and follows their changes.',
    )
    .option('-c, --config <FILE>', 'YAML file of settings (also MERIDIAN_CONFIG)')
    .addHelpText('after', SERVE_HELP)
  for (const key of SETTING_KEYS) command.addOption(optionFor(key))
  command.action((options: Record<string, unknown>) =>
    serve({
      flags: flagsGiven(command, options),
      environment: process.env,
      configPath: (options['config'] as string | undefined) ?? (process.env['MERIDIAN_CONFIG'] || undefined),
    }),
  )
}

function optionFor(key: SettingKey): Option {
  const about = SETTING_TEXTS[key]
  const value = about.value === undefined ? '' : ` <${about.value}>`
  const told = about.default === undefined ? '' : ` (default: ${about.default})`
  const option = new Option(`--${flagOf(key)}${value}`, `${about.text}${told}`)
  if (about.group !== undefined) option.helpGroup(about.group)
  if (about.repeatable === true)
    option.argParser((word: string, before: string[] | undefined) => [...(before ?? []), ...word.split(',')])
  return option
}

function flagsGiven(command: Command, options: Record<string, unknown>): Map<SettingKey, unknown> {
  const given = new Map<SettingKey, unknown>()
  for (const key of SETTING_KEYS) {
    const option = command.options.find(({ long }) => long === `--${flagOf(key)}`)
    const value = option === undefined ? undefined : options[option.attributeName()]
    if (value !== undefined) given.set(key, value)
  }
  return given
}

/** Resolves once it serves; leaves the process when it cannot. */
async function serve(sources: SettingSources): Promise<void> {
  allowReclaiming()
  inlineFreely()
  engineStandsBack()
  const atOnce = buildSettingsAtOnce(sources)
  // The first build runs on its own thread while the settings are read and the sockets opened.
  const firstBuild = atOnce === undefined ? undefined : beginBuild(atOnce)
  const resolved = await resolveSettings(sources)
  if (resolved.usage.length + resolved.problems.length > 0) refuse(resolved)
  const { settings, given } = resolved

  const listening = await openListeners({ ...settings, byDefault: !given.has('listen') })
  if ('failure' in listening) cannotRun(explainFailure(listening.failure))
  const noAdmin = await adminFault(settings, given, sources.environment)
  if (noAdmin !== undefined) cannotRun(noAdmin)
  const log = await openLog(settings)
  logLastWords(log)
  for (const warning of resolved.warnings) log.warn({}, warning)
  const server = new Server({ settings, given }, listening, log, firstBuild ?? beginBuild(settings))
  return server.start()
}

function beginBuild(settings: BuildSettings): ReturnType<Build> {
  return buildInThread({
    zonesDir: settings.zones,
    previous: [],
    build: 1,
    force: false,
    geo: geoSettings(settings),
    previousGeo: undefined,
  })
}

/** Says what is wrong with the settings. */
function refuse({ usage, problems }: ResolvedSettings): never {
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const text of usage) process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (usage.length > 0) process.stderr.write('See meridian serve --help.\n')
  // The builder thread may be in the midst of a large zone: nobody waits for it now.
  return exitNow(usage.length > 0 ? Exit.Usage : Exit.BadInput)
}
