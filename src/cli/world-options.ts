/** The options that say which zones are meant and where addresses are, as `serve` has them, for the commands that
 *  only look. Flags, `MERIDIAN_*` variables and the config file, by the rules of `serve`. */

import { type Command, Option } from 'commander'
import { resolveSettings } from './resolve-settings.ts'
import { flagOf, SETTING_TEXTS, type SettingKey, type Settings, variableOf } from './settings.ts'
import { painter, paintProblem, wantsColours } from './terminal.ts'

export const GEO_KEYS = ['geo', 'geo.overrides', 'state'] as const satisfies readonly SettingKey[]
const KEYS = ['zones', ...GEO_KEYS] as const satisfies readonly SettingKey[]

export type WorldSettings = Pick<Settings, (typeof KEYS)[number]>

const GROUP = 'Where addresses are:'

export function addGeoOptions(command: Command): void {
  addConfigOption(command)
  for (const key of GEO_KEYS) command.addOption(settingOption(key).helpGroup(GROUP))
}

/** `--zones DIR` and the like, with the words of `serve`. */
export function settingOption(key: SettingKey): Option {
  const about = SETTING_TEXTS[key]
  const told = about.default === undefined ? '' : ` (default: ${about.default})`
  const option = new Option(`--${flagOf(key)} <${about.value}>`, `${about.text}${told}`)
  if (about.repeatable === true)
    option.argParser((word: string, before: string[] | undefined) => [...(before ?? []), ...word.split(',')])
  return option
}

/** What the command line says of these settings. */
export function flagsGiven(command: Command, keys: readonly SettingKey[]): Map<SettingKey, unknown> {
  const options = command.opts<Record<string, unknown>>()
  const given = new Map<SettingKey, unknown>()
  for (const key of keys) {
    const option = command.options.find(({ long }) => long === `--${flagOf(key)}`)
    const value = option === undefined ? undefined : options[option.attributeName()]
    if (value !== undefined) given.set(key, value)
  }
  return given
}

/** So that they speak of the same zones and places as the server that is configured there. */
export function addConfigOption(command: Command): void {
  command.option('-c, --config <FILE>', 'YAML file of settings (also MERIDIAN_CONFIG)')
}

/** The settings that hold. Where something is wrong with them it was said on stderr: undefined for the command,
 *  `bad-config` for the file. */
export async function worldSettings(command: Command): Promise<WorldSettings | 'bad-config' | undefined> {
  const flags = flagsGiven(command, KEYS)
  // Variables that configure a server are no business of a command that serves nothing.
  const environment = Object.fromEntries(
    KEYS.map(key => [variableOf(key), process.env[variableOf(key)]]),
  ) as NodeJS.ProcessEnv
  const { config } = command.opts<{ config?: string }>()
  const configPath = config ?? (process.env['MERIDIAN_CONFIG'] || undefined)
  const { settings, usage, problems } = await resolveSettings({ flags, environment, configPath })
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const text of usage) complainOfUsage(text)
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (usage.length > 0) return undefined
  return problems.length > 0 ? 'bad-config' : settings
}

/** `error: TEXT`, and a hint if there is one: on stderr, for mistakes in the command. */
export function complainOfUsage(text: string, hint?: string): void {
  const paint = painter(wantsColours(process.stderr, process.env))
  process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  if (hint !== undefined) process.stderr.write(`  ${paint('dim', `hint: ${hint}`)}\n`)
}
