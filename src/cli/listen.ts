/** Makes sure, before anything costly is built, that we may listen where we are told to, and opens the UDP
 *  sockets. Says in plain words why not. Serves nothing. */
import { createServer } from 'node:net'
import type { BorrowedSocket, Endpoint } from '../plan/worker-contract.ts'

export interface Listening {
  /** With the ports really taken, where port 0 left the choice to the system. */
  readonly endpoints: readonly Endpoint[]
  /** For each endpoint one socket a worker; `undefined` when the workers open their own (dgram). */
  readonly udpSockets: readonly (readonly BorrowedSocket[])[] | undefined
  /** Default addresses and wildcards that this host lacks. */
  readonly missing: readonly Endpoint[]
  /** Why `dgram` was chosen, if it was not asked for. */
  readonly fallback: string | undefined
}

export interface ListenFailure {
  readonly endpoint: Endpoint
  readonly code: string
  readonly text: string
}

export async function openListeners(options: {
  readonly listen: readonly Endpoint[]
  /** Nobody asked for these addresses, so one that this host lacks is no failure. */
  readonly byDefault: boolean
  readonly udp: 'auto' | 'native' | 'dgram'
  readonly workers: number
}): Promise<Listening | { readonly failure: ListenFailure }> {
  const endpoints: Endpoint[] = []
  const missing: Endpoint[] = []
  for (const endpoint of options.listen) {
    const probed = await probeTcp(endpoint)
    if ('port' in probed) endpoints.push(probed)
    else if (isAddressMissing(probed.code) && (options.byDefault || isEveryAddress(endpoint)))
      missing.push(endpoint)
    else return { failure: probed }
  }
  if (endpoints.length === 0) {
    const [endpoint] = missing
    return { failure: { endpoint: endpoint!, code: 'EADDRNOTAVAIL', text: 'no such address' } }
  }
  if (options.udp === 'dgram') return { endpoints, missing, udpSockets: undefined, fallback: undefined }

  const { nativeUnavailable } = await import('../serve/native.ts')
  const unavailable = nativeUnavailable()
  if (unavailable !== undefined && options.udp === 'auto')
    return { endpoints, missing, udpSockets: undefined, fallback: unavailable }
  if (unavailable !== undefined)
    return { failure: { endpoint: endpoints[0]!, code: 'ERR_NATIVE', text: unavailable } }
  return openNative(endpoints, missing, options.workers)
}

/** Every address of a family that this host lacks is none, which is no mistake. */
function isEveryAddress({ address }: Endpoint): boolean {
  return address === '::' || address === '0.0.0.0'
}

/** Sockets stay open as long as this process: whoever opened them owns them. */
async function openNative(
  endpoints: readonly Endpoint[],
  missing: readonly Endpoint[],
  workers: number,
): Promise<Listening | { readonly failure: ListenFailure }> {
  const { openUdpSockets } = await import('../serve/udp-socket.ts')
  const udpSockets: (readonly BorrowedSocket[])[] = []
  for (const endpoint of endpoints) {
    try {
      udpSockets.push(openUdpSockets(endpoint, workers).sockets)
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      return { failure: { endpoint, code, text: message } }
    }
  }
  return { endpoints, missing, udpSockets, fallback: undefined }
}

/** A short TCP listen finds a taken port at once; it also lets the system choose for port 0. */
export function probeTcp(endpoint: Endpoint): Promise<Endpoint | ListenFailure> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ endpoint, code: error.code ?? '', text: error.message }),
    )
    const ipv6Only = endpoint.address.includes(':')
    server.listen({ host: endpoint.address, port: endpoint.port, ipv6Only }, () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : endpoint.port
      server.close(() => resolve({ address: endpoint.address, port }))
    })
  })
}

function isAddressMissing(code: string): boolean {
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}

export function printEndpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** What went wrong and what to do about it. */
export function explainFailure({ endpoint, code, text }: ListenFailure): string {
  const place = printEndpoint(endpoint)
  switch (code) {
    case 'EADDRINUSE':
      return `${place} is taken by another program
  hint: "ss -lntup sport = :${endpoint.port}" shows which; or choose another port with --listen ADDR:PORT`
    case 'EACCES':
    case 'EPERM':
      return `no permission to listen on ${place}
  hint: ports below 1024 are reserved: choose a higher one, or give the right CAP_NET_BIND_SERVICE
        (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)`
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return `this host has no address ${endpoint.address}
  hint: "ip address" lists those it has; 0.0.0.0 and [::] mean all of them`
    case 'ERR_NATIVE':
      return `--udp native cannot work here: ${text}
  hint: --udp auto uses Node's own sockets where native ones cannot be had`
    default:
      return `cannot listen on ${place}: ${text}`
  }
}
