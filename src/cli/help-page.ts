/** The end of every help page, made from the command's own options: which files it reads and writes where nobody
 *  says otherwise, and which variables it heeds. */

import type { Command } from 'commander'
import { flagOf, SETTING_KEYS, variableOf } from './settings.ts'

const FILES: readonly (readonly [option: string, path: string, text: string])[] = [
  ['--zones', 'zones/ORIGIN.zone', 'the zones'],
  ['--geo-overrides', 'geo-data/overrides.csv', 'what you know better of places'],
  ['--state', '.meridian/', 'orders, last verdicts, compiled geo data, and the socket of a running server'],
]

/** More than these are named by their rule. */
const NAMED_MAX = 9

export function filesAndEnvironment(command: Command): string {
  const options = new Set(command.options.map(({ long }) => long ?? ''))
  const files = FILES.filter(([option]) => options.has(option)).map(([, path, text]) => [path, text] as const)
  const sections = [section('Files', files), section('Environment', environment(options))]
  return sections.filter(text => text !== '').join('\n')
}

function environment(options: ReadonlySet<string>): (readonly [string, string])[] {
  const settings = SETTING_KEYS.filter(key => options.has(`--${flagOf(key)}`))
  const lines: (readonly [string, string])[] =
    settings.length > NAMED_MAX
      ? [['MERIDIAN_FLAG', 'any --flag but --config: MERIDIAN_TCP_IDLE=10s is --tcp-idle 10s']]
      : settings.map(key => [variableOf(key), `as --${flagOf(key)}`])
  if (options.has('--config')) lines.push(['MERIDIAN_CONFIG', 'as --config'])
  if (options.has('--consul'))
    lines.push([
      'CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE',
      'the ACL token, where --consul-token-file names none',
    ])
  if (options.has('--admin')) lines.push(['MERIDIAN_ADMIN_TOKEN', 'the token of the admin listener'])
  return [...lines, ['NO_COLOR', 'set to anything: no colours, on a terminal either']]
}

function section(title: string, lines: readonly (readonly [string, string])[]): string {
  if (lines.length === 0) return ''
  const width = Math.max(...lines.map(([name]) => name.length))
  return `${title}:\n${lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('')}`
}
