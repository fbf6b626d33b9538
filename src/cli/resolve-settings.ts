/** Flags, environment, config file, defaults → the settings that hold, in that order of strength.
 *  Loads zod and yaml only when something was set: a plain start needs neither. */
import type { Problem } from '../base/problem.ts'
import { closest } from '../base/suggest.ts'
import type { PartialSettings } from './setting-values.ts'
import {
  defaultSettings,
  flagOf,
  SETTING_KEYS,
  type SettingKey,
  type Settings,
  variableOf,
} from './settings.ts'

/** A secret, so there is no flag for it: whoever lists processes would read it. */
export const ADMIN_TOKEN_VARIABLE = 'MERIDIAN_ADMIN_TOKEN'

export interface SettingSources {
  readonly flags: ReadonlyMap<SettingKey, unknown>
  readonly environment: NodeJS.ProcessEnv
  readonly configPath: string | undefined
}

export interface ResolvedSettings {
  readonly settings: Settings
  /** Keys that somebody set; the others hold their default. */
  readonly given: ReadonlySet<SettingKey>
  /** Wrong flags and variables: a mistake in the command. */
  readonly usage: readonly string[]
  /** What is wrong in the config file. */
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

export async function resolveSettings(sources: SettingSources): Promise<ResolvedSettings> {
  const variables = variablesSet(sources.environment)
  const warnings = strangeVariables(sources.environment)
  const defaults = defaultSettings()
  if (sources.configPath === undefined && sources.flags.size === 0 && variables.size === 0)
    return { settings: defaults, given: new Set(), usage: [], problems: [], warnings }

  const { readSetting } = await import('./setting-values.ts')
  const usage: string[] = []
  const settings: PartialSettings = {}
  const problems: Problem[] = []
  if (sources.configPath !== undefined) {
    const { readConfigFile } = await import('./config-file.ts')
    const file = readConfigFile(sources.configPath)
    Object.assign(settings, file.settings)
    problems.push(...file.problems)
  }
  for (const [key, value] of variables) {
    const wrong = readSetting(settings, key, value)
    if (wrong !== undefined) usage.push(`${variableOf(key)} ${wrong.text}`)
  }
  for (const [key, value] of sources.flags) {
    const wrong = readSetting(settings, key, value)
    if (wrong !== undefined) usage.push(`--${flagOf(key)} ${wrong.text}`)
  }
  const given = new Set(Object.keys(settings) as SettingKey[])
  return { settings: { ...defaults, ...settings }, given, usage, problems, warnings }
}

/** What to build from, before anything else is known: a build may begin while the rest is read.
 *  `undefined` when only the config file can tell. */
export function buildSettingsAtOnce(sources: SettingSources): BuildSettings | undefined {
  if (sources.configPath !== undefined) return undefined
  const said = (key: SettingKey): unknown => {
    const value = sources.flags.get(key) ?? sources.environment[variableOf(key)]
    return value === '' ? undefined : value
  }
  const defaults = defaultSettings()
  const text = (key: 'zones' | 'state' | 'geo.overrides'): string => {
    const value = said(key)
    return typeof value === 'string' ? value : defaults[key]
  }
  const geo = said('geo')
  const files = typeof geo === 'string' ? geo.split(',').map(part => part.trim()) : geo
  return {
    zones: text('zones'),
    state: text('state'),
    geo: Array.isArray(files) ? files : defaults.geo,
    'geo.overrides': text('geo.overrides'),
  }
}

export type BuildSettings = Pick<Settings, 'zones' | 'state' | 'geo' | 'geo.overrides'>

/** An empty variable counts as unset, which is how scripts and container files unset one. */
function variablesSet(environment: NodeJS.ProcessEnv): Map<SettingKey, string> {
  const set = new Map<SettingKey, string>()
  for (const key of SETTING_KEYS) {
    const value = environment[variableOf(key)]
    if (value !== undefined && value !== '') set.set(key, value)
  }
  return set
}

/** Only near misses are told: Kubernetes makes variables of its own for a service named "meridian". */
function strangeVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = [...SETTING_KEYS.map(variableOf), 'MERIDIAN_CONFIG', ADMIN_TOKEN_VARIABLE]
  return Object.keys(environment)
    .filter(name => name.startsWith('MERIDIAN_') && !known.includes(name))
    .map(name => ({
      name,
      hint: closest(
        name.slice(9),
        known.map(word => word.slice(9)),
      ),
    }))
    .filter(({ hint }) => hint !== undefined)
    .map(
      ({ name, hint }) => `the variable ${name} means nothing; ${hint!.replace('mean ', 'mean MERIDIAN_')}`,
    )
}
