/** `meridian serve`: its flags, and the first build, which everything else waits for. Loads no more than that
 *  takes: the rest comes while the build is under way. */

import { type Command, Option } from 'commander'
import { allowReclaiming } from '../base/reclaim.ts'
import { type Build, buildInThread } from '../control/builder.ts'
import { engineStandsBack } from '../control/stand-back.ts'
import { geoSettings } from './geo-settings.ts'
import { type BuildSettings, buildSettingsAtOnce, type SettingSources } from './resolve-settings.ts'
import { SERVE_HELP } from './serve-help.ts'
import { flagOf, SETTING_KEYS, SETTING_TEXTS, type SettingKey } from './settings.ts'

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
  engineStandsBack()
  const atOnce = buildSettingsAtOnce(sources)
  // It runs on its own thread while the rest of us is loaded, the settings are read and the sockets opened.
  const firstBuild = atOnce === undefined ? undefined : beginBuild(atOnce)
  const { startServing } = await import('./serve-start.ts')
  return startServing(sources, settings => firstBuild ?? beginBuild(settings))
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
