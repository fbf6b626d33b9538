/** A small OTLP/HTTP receiver for tests: keeps the spans it is sent, as plain objects. Can answer with any status, or
 *  not at all. Reads OTLP's JSON by itself, so that a mistake in how it is written shows. */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startNs: bigint
  readonly endNs: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

export interface Reaction {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}
interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[]
  }[]
}

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = []
  readonly requests: {
    readonly url: string
    readonly headers: IncomingHttpHeaders
    readonly spans: number
  }[] = []
  readonly bodies: string[] = []
  private readonly server = createServer((request, response) => void this.take(request, response))
  private readonly react: (request: number) => Reaction | 'silent'

  static async listen(react: (request: number) => Reaction | 'silent' = () => OK): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(react)
    await new Promise<void>(resolve => receiver.server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  private constructor(react: (request: number) => Reaction | 'silent') {
    this.react = react
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Asks until there is a span like this. */
  async span(wanted: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
    for (;;) {
      const found = this.spans.find(wanted)
      if (found !== undefined) return found
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise<void>(resolve => this.server.close(() => resolve()))
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const read = spansOf(JSON.parse(text) as Body)
    const reaction = this.react(this.requests.length)
    this.requests.push({ url: request.url ?? '', headers: request.headers, spans: read.length })
    if (reaction === 'silent') return
    if (reaction.status === 200) this.spans.push(...read)
    if (reaction.status === 200) this.bodies.push(text)
    response.writeHead(reaction.status, { 'Content-Type': 'application/json', ...reaction.headers }).end('{}')
  }
}

const OK: Reaction = { status: 200 }

function spansOf({ resourceSpans }: Body): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(span => ({
        ...(span as unknown as Omit<ReceivedSpan, 'attributes' | 'resource'>),
        startNs: BigInt(span['startTimeUnixNano'] as string),
        endNs: BigInt(span['endTimeUnixNano'] as string),
        attributes: plain(span['attributes'] as KeyValue[]),
        resource: plain(resource.attributes),
      })),
    ),
  )
}

function plain(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value: Readonly<Record<string, unknown>>): unknown {
  const [kind, inner] = Object.entries(value)[0]!
  switch (kind) {
    case 'stringValue':
    case 'boolValue':
    case 'doubleValue':
      return inner
    case 'intValue':
      return Number(inner)
    case 'arrayValue':
      return (inner as { values: Readonly<Record<string, unknown>>[] }).values.map(plainValue)
    default:
      throw new Error(`OTLP has no ${kind}`)
  }
}
