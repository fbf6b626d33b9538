/** `meridian explain --server`: the steps as a running server tells them, from its `_why` name. */

import { isIP } from 'node:net'
import { printName } from '../wire/name.ts'
import { askServer } from './dns-client.ts'
import { type FromAddress, readFromAddress } from './explain-from.ts'
import { paintStep } from './explain-text.ts'
import { Exit, painter, wantsColours } from './terminal.ts'
import { complainOfUsage } from './world-options.ts'

const TIMEOUT_MS = 3_000

export interface ServerQuestion {
  /** In wire form. */
  readonly name: Uint8Array
  readonly server: string
  readonly from: string | undefined
  readonly json: boolean
}

/** The exit code; Exit.Usage with the words told. */
export async function explainByServer({ name, server, from, json }: ServerQuestion): Promise<number> {
  const endpoint = readServer(server)
  if (endpoint === undefined)
    return wrong(`--server "${server}" is not ADDR:PORT`, 'for example 127.0.0.1:5300 or [::1]:5300')
  const subnet = from === undefined ? undefined : readFromAddress(from)
  if (from !== undefined && (subnet === undefined || 'text' in subnet))
    return wrong(
      `--from ${from}: a server can be asked for an address or a prefix only`,
      'leave --server out to ask the zone files for a place',
    )
  const asked = printName(name)
  try {
    const { rcode, texts } = await askServer(endpoint, {
      name: `_why.${asked}`,
      type: 'TXT',
      subnet: subnet as FromAddress | undefined,
      timeoutMs: TIMEOUT_MS,
    })
    const steps = texts.flat()
    if (steps.length === 0) return nothingTold(asked, server, rcode)
    if (json)
      process.stdout.write(
        `${JSON.stringify({ name: asked, server, for: from ?? null, steps }, undefined, 2)}\n`,
      )
    else {
      const paint = painter(wantsColours(process.stdout, process.env))
      const head = `${asked}${from === undefined ? '' : ` for ${from}`} by ${server}`
      process.stdout.write(
        `${[paint('bold', head), ...steps.map(step => `  ${paintStep(step, paint)}`)].join('\n')}\n`,
      )
    }
    return Exit.Fine
  } catch (error) {
    complainOfUsage(
      `${server} does not answer: ${(error as Error).message}`,
      'does it run, and is that an address it listens on?',
    )
    return Exit.CannotRun
  }
}

function nothingTold(asked: string, server: string, rcode: string): number {
  if (rcode === 'REFUSED')
    complainOfUsage(
      `${server} refuses to explain ${asked}`,
      'either it serves no such zone, or its diagnostics.allow does not name us',
    )
  else if (rcode === 'NXDOMAIN') complainOfUsage(`${server} has no name ${asked} that a policy answers`)
  else complainOfUsage(`${server} answers ${rcode} and explains nothing`)
  return Exit.BadInput
}

function wrong(text: string, hint: string): number {
  complainOfUsage(text, hint)
  process.stderr.write('See meridian explain --help.\n')
  return Exit.Usage
}

function readServer(text: string): { address: string; port: number } | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const address = parts?.[1] ?? parts?.[2] ?? ''
  const port = Number(parts?.[3] ?? 0)
  const isRight = isIP(address) === (parts?.[1] === undefined ? 4 : 6) && port >= 1 && port <= 65_535
  return isRight ? { address, port } : undefined
}
