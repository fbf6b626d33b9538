/** The options that say which zones are meant and where addresses are, as `serve` has them, for the commands that
 *  only look. Flags and `MERIDIAN_*` variables, by the rules of `serve`. */

import { type Command, Option } from 'commander'
import { resolveSettings } from './resolve-settings.ts'
import { flagOf, SETTING_TEXTS, type SettingKey, type Settings, variableOf } from './settings.ts'
import { painter, wantsColours } from './terminal.ts'

export const GEO_KEYS = ['geo', 'geo.overrides', 'state'] as const satisfies readonly SettingKey[]
const KEYS = ['zones', ...GEO_KEYS] as const satisfies readonly SettingKey[]

export type WorldSettings = Pick<Settings, (typeof KEYS)[number]>

const GROUP = 'Where addresses are:'

export function addGeoOptions(command: Command): void {
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

/** The settings that hold; undefined when something is wrong with them, which was said on stderr. */
export async function worldSettings(command: Command): Promise<WorldSettings | undefined> {
  const flags = flagsGiven(command, KEYS)
  // Variables that configure a server are no business of a command that serves nothing.
  const environment = Object.fromEntries(
    KEYS.map(key => [variableOf(key), process.env[variableOf(key)]]),
  ) as NodeJS.ProcessEnv
  const { settings, usage } = await resolveSettings({ flags, environment, configPath: undefined })
  for (const text of usage) complainOfUsage(text)
  return usage.length > 0 ? undefined : settings
}

/** `error: TEXT`, and a hint if there is one: on stderr, for mistakes in the command. */
export function complainOfUsage(text: string, hint?: string): void {
  const paint = painter(wantsColours(process.stderr, process.env))
  process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  if (hint !== undefined) process.stderr.write(`  ${paint('dim', `hint: ${hint}`)}\n`)
}
