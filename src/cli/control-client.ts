/** The other end of the control socket: what the operator's commands share. One question, one answer; what goes
 *  wrong is said on stderr, with what to do about it. */

import { connect } from 'node:net'
import type { Command } from 'commander'
import type { ControlReply, ControlRequest } from '../control/control-messages.ts'
import { controlSocketPath } from '../control/control-socket.ts'
import { resolveSettings } from './resolve-settings.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'
import { complainOfUsage, settingOption } from './world-options.ts'

export interface ControlOptions {
  readonly state?: string
  readonly config?: string
  readonly json?: boolean
}

export const CONTROL_EXIT_CODES =
  'Exit codes: 0 done, 1 the server refuses, 2 the command is wrong, 3 no server can be reached.'

const REPLY_TIMEOUT_MS = 10_000

export function addControlOptions(command: Command): Command {
  return command
    .addOption(settingOption('state'))
    .option('-c, --config <FILE>', 'YAML file of settings that names the state folder (also MERIDIAN_CONFIG)')
    .option('--json', 'print one JSON object')
}

/** Asks the server, prints what it says, and resolves with the exit code. */
export async function askServer<Kind extends ControlRequest['kind']>(
  options: ControlOptions,
  request: Extract<ControlRequest, { kind: Kind }>,
  print: (reply: Extract<ControlReply, { kind: Kind }>) => string,
): Promise<number> {
  const state = await stateDir(options)
  if (typeof state !== 'string') return state.exitCode
  const path = controlSocketPath(state)
  let reply: ControlReply
  try {
    reply = JSON.parse(await exchange(path, JSON.stringify(request))) as ControlReply
  } catch (error) {
    complainOfUsage(
      `no server answers at ${path}: ${reasonOf(error)}`,
      HINTS[codeOf(error)] ?? HINTS['ENOENT'],
    )
    return Exit.CannotRun
  }
  if (reply.kind === 'refused') {
    complainOfUsage(reply.text, reply.hint)
    return Exit.BadInput
  }
  const answer = reply as Extract<ControlReply, { kind: Kind }>
  process.stdout.write(options.json === true ? `${JSON.stringify(answer, undefined, 2)}\n` : print(answer))
  return Exit.Fine
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'does one run? name its state folder with --state DIR',
  ECONNREFUSED: 'the server that made it is gone',
  EACCES: 'only root and the user the server runs as may give orders',
}

async function stateDir({ state, config }: ControlOptions): Promise<string | { exitCode: number }> {
  const { settings, usage, problems } = await resolveSettings({
    flags: new Map(state === undefined ? [] : [['state', state]]),
    environment: { MERIDIAN_STATE: process.env['MERIDIAN_STATE'] },
    configPath: config ?? (process.env['MERIDIAN_CONFIG'] || undefined),
  })
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const text of usage) complainOfUsage(text)
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (usage.length > 0) return { exitCode: Exit.Usage }
  return problems.length > 0 ? { exitCode: Exit.BadInput } : settings.state
}

/** One line for one line; rejects with the system's error. */
export function exchange(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(path, () => socket.write(`${line}\n`))
    socket.setEncoding('utf8')
    socket.setTimeout(REPLY_TIMEOUT_MS, () => socket.destroy(new Error('it does not answer')))
    socket.on('data', (piece: string) => {
      text += piece
    })
    socket.on('end', () => (text === '' ? reject(new Error('it hung up')) : resolve(text)))
    socket.on('error', reject)
  })
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}

function reasonOf(error: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such socket',
    ECONNREFUSED: 'nobody listens',
    EACCES: 'no permission',
  }
  return reasons[codeOf(error)] ?? (error as Error).message
}
