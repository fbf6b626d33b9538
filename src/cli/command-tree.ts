/** The commands as plain values, from commander's own tree: what completions are made of. Knows no shell. */

import type { Argument, Command, Option } from 'commander'
import { LOG_LEVELS } from './settings.ts'

/** What may stand where a value is due. */
export type Value =
  | { readonly kind: 'folder' | 'file' | 'free' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

export interface TreeOption {
  /** `--zones`; a few have a short form as well. */
  readonly long: string
  readonly short: string | undefined
  readonly text: string
  /** Undefined for a switch. */
  readonly value: Value | undefined
  readonly repeatable: boolean
}

export interface TreeCommand {
  /** Below `meridian`: `serve`, `geo info`; empty for itself. */
  readonly path: string
  readonly summary: string
  readonly options: readonly TreeOption[]
  readonly subcommands: readonly TreeCommand[]
  /** In order; the last counts for all that follow when it is repeatable. */
  readonly values: readonly { readonly value: Value; readonly repeatable: boolean }[]
}

/** What can be said after these is known, whichever command has them. */
export const WORDS_OF_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  '--udp': ['auto', 'native', 'dgram'],
  '--pin': ['auto', 'yes', 'no'],
  '--log-level': LOG_LEVELS,
  '--log-format': ['auto', 'json', 'pretty'],
  '--dnstap-messages': ['query', 'response', 'both'],
}
const WORDS_OF_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  SHELL: ['bash', 'zsh', 'fish'],
  STATE: ['up', 'down', 'auto'],
  VERDICT: ['up', 'down'],
  TYPE: ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SOA', 'SRV', 'TXT', 'HTTPS'],
}

/** Every command must have been defined by now. */
export function commandTree(command: Command, path = ''): TreeCommand {
  const visible = command.createHelp().visibleCommands(command)
  const subcommands = visible
    .filter(one => one.name() !== 'help')
    .map(one => commandTree(one, path === '' ? one.name() : `${path} ${one.name()}`))
  return {
    path,
    summary: command.summary() || command.description(),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    subcommands,
    values: command.registeredArguments.map(argument => ({
      value: valueOfArgument(argument),
      repeatable: argument.variadic,
    })),
  }
}

function optionOf(option: Option): TreeOption {
  const long = option.long ?? ''
  return {
    long,
    short: option.short,
    text: option.description,
    value: option.required || option.optional ? valueOf(long, option.flags) : undefined,
    repeatable: option.parseArg !== undefined,
  }
}

function valueOf(long: string, flags: string): Value {
  const words = WORDS_OF_OPTIONS[long]
  if (words !== undefined) return { kind: 'words', words }
  const name = /[<[]([^>\]]*)[>\]]/.exec(flags)?.[1] ?? ''
  return byName(name)
}

function valueOfArgument(argument: Argument): Value {
  const words = WORDS_OF_ARGUMENTS[argument.name()]
  return words === undefined ? byName(argument.name()) : { kind: 'words', words }
}

function byName(name: string): Value {
  if (name === 'DIR') return { kind: 'folder' }
  return { kind: /^(?:FILE|PATH)/.test(name) ? 'file' : 'free' }
}

/** Itself and all below. */
export function allCommands(tree: TreeCommand): TreeCommand[] {
  return [tree, ...tree.subcommands.flatMap(allCommands)]
}
