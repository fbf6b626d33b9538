/** `meridian health`: how the regions of a running server are, and what became of them. */

import type { Command } from 'commander'
import type { HealthReply } from '../control/control-messages.ts'
import { notSharedLines } from '../control/sharing-text.ts'
import { addControlOptions, askServer, CONTROL_EXIT_CODES, type ControlOptions } from './control-client.ts'

const AFTER_HELP = `
Examples:
  meridian health                                      every name that is answered by policy
  meridian health live.classroom.example --json
  meridian health --history live.classroom.example     the last changes, oldest first

${CONTROL_EXIT_CODES}
`

interface HealthOptions extends ControlOptions {
  readonly history?: string
}

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description(
      'Tells the health of regions and, where there are several or one is not up, of their addresses.',
    )
    .argument('[NAME]', 'a name that is answered by policy (default: all)')
    .option('--history <NAME>', 'what changed for this name, when and why')
    .addHelpText('after', AFTER_HELP)
  addControlOptions(command).action(async (name: string | undefined, options: HealthOptions) => {
    const { history } = options
    const wanted = history ?? name
    const request = { kind: 'health', history: history !== undefined } as const
    finish(
      await askServer<'health'>(
        options,
        wanted === undefined ? request : { ...request, name: wanted },
        history === undefined ? printHealth : printHistory,
      ),
    )
  })
}

function printHealth({ names, sharing }: HealthReply): string {
  if (names.length === 0) return 'no name is answered by policy\n'
  const paragraphs = names.map(({ name, doubted, regions }) =>
    [
      `${name}${doubted.length > 0 ? `  (doubted: ${doubted.join(', ')})` : ''}`,
      ...regions.flatMap(({ line, state, addresses }) => [
        `  ${line}`,
        ...(addresses.length > 1 || (addresses.length > 0 && state !== 'up')
          ? addresses.map(
              one => `    ${one.address} ${one.state}${one.detail === '' ? '' : `  ${one.detail}`}`,
            )
          : []),
      ]),
    ].join('\n'),
  )
  const notShared = notSharedLines(sharing)
  return `${[...paragraphs, ...notShared].join('\n\n')}\n`
}

function printHistory({ history = [] }: HealthReply): string {
  if (history.length === 0) return 'nothing has changed yet\n'
  const lines = history.map(({ wallMs, subject, from, to, cause, durationMs }) => {
    const lasted = `${Math.round(durationMs / 1000)}s`
    return `${new Date(wallMs).toISOString()}  ${subject}  ${from} -> ${to}  after ${lasted}  ${cause}`.trimEnd()
  })
  return `${lines.join('\n')}\n`
}
