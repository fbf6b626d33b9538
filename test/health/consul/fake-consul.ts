/** An HTTP server that answers as no real Consul would: the only way to truncated bodies, a proxy's pages and
 *  servers that do not block. Its sentinel is always well. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'

export type Reply = (response: ServerResponse, url: URL) => void

export interface FakeConsul {
  readonly url: string
  /** Questions about services other than the sentinel, so far. */
  readonly asked: URL[]
  set answer(next: Reply)
  set sentinel(next: Reply)
  close(): Promise<void>
}

export const entry = (id: string, status = 'passing'): unknown => ({
  Node: { Node: 'n1', Address: '192.0.2.9' },
  Service: { ID: id, Service: 'web', Address: '192.0.2.1', Port: 443 },
  Checks: [{ CheckID: `service:${id}`, Status: status }],
})

export const json =
  (body: unknown, index: number | undefined, headers: Readonly<Record<string, string>> = {}): Reply =>
  response => {
    response.writeHead(200, {
      'Content-Type': 'application/json',
      ...(index === undefined ? {} : { 'X-Consul-Index': String(index) }),
      ...headers,
    })
    response.end(JSON.stringify(body))
  }

/** Blocks as Consul does, until its answer is another or the wait is over. */
export const blocking =
  (body: unknown, index: number): Reply =>
  (response, url) => {
    const send = (): void => {
      if (!response.headersSent && !response.destroyed) json(body, index)(response, url)
    }
    if (Number(url.searchParams.get('index') ?? -1) < index) {
      send()
      return
    }
    const timer = setTimeout(send, Number.parseInt(url.searchParams.get('wait') ?? '0', 10))
    response.once('close', () => clearTimeout(timer))
  }

export async function fakeConsul(first: Reply, address = '127.0.0.1'): Promise<FakeConsul> {
  let answer = first
  let sentinel = json([entry('consul')], 1)
  const asked: URL[] = []
  const pending = new Map<ServerResponse, URL>()
  const reply = (response: ServerResponse, url: URL): void => {
    answer(response, url)
    if (response.headersSent) pending.delete(response)
    else pending.set(response, url)
  }
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    response.once('close', () => pending.delete(response))
    if (url.pathname.endsWith('/consul')) {
      sentinel(response, url)
      return
    }
    asked.push(url)
    reply(response, url)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, address, resolve)
  })
  return {
    url: `http://${isIPv6(address) ? `[${address}]` : address}:${(server.address() as AddressInfo).port}`,
    asked,
    /** Those that block hear of it at once. */
    set answer(next: Reply) {
      answer = next
      for (const [response, url] of pending) reply(response, url)
    },
    set sentinel(next: Reply) {
      sentinel = next
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
