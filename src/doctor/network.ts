/** Checks of the network side: the addresses to listen on and who has them, IPv6, buffers, connection tracking.
 *  Sends nothing to anybody. */

import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { isWildcard, parseAddress } from '../base/address.ts'
import type { Endpoint } from '../plan/worker-contract.ts'
import { type Finding, failure, fine, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'
import { type Holder, holdersOf, ownerOf } from './port-owner.ts'

const DNS_PORT = 53

export async function lookAtListening(patient: Patient): Promise<Finding[]> {
  const { settings, server } = patient
  const findings: Finding[] = []
  for (const endpoint of settings.listen) {
    const place = print(endpoint)
    if (server?.listen.includes(place) === true)
      findings.push(fine(`${place} is answered by the running server (process ${server.pid})`))
    else {
      const faults: Finding[] = []
      for (const transport of ['UDP', 'TCP'] as const) {
        const code = await bindFault(endpoint, transport)
        if (code !== '') faults.push(explain(patient, endpoint, transport, code))
      }
      // What is wrong with both is said once, unless it is about one of them.
      const told = faults.filter(({ text }, i) => faults.findIndex(other => other.text === text) === i)
      findings.push(...(told.length > 0 ? told : [fine(`${place} is free, UDP and TCP`)]))
    }
  }
  return findings
}

function explain(patient: Patient, endpoint: Endpoint, transport: 'UDP' | 'TCP', code: string): Finding {
  const place = print(endpoint)
  switch (code) {
    case 'EADDRINUSE':
      return explainTaken(patient, endpoint, transport)
    case 'EACCES':
    case 'EPERM':
      return failure(
        `no permission to listen on ${place}`,
        'systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE; by hand: setcap cap_net_bind_service=+ep on node',
      )
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return patient.settings.listensByDefault
        ? warning(`this host has no address ${endpoint.address}`, 'nothing, if IPv4 is enough here')
        : failure(
            `this host has no address ${endpoint.address}`,
            '"ip address" lists those it has; 0.0.0.0 and [::] mean all of them. In a cloud the public address is ' +
              'mapped to a private one: listen on that',
          )
    default:
      return failure(`cannot listen on ${place} (${transport}): ${code}`, 'look the error up: it is not ours')
  }
}

function explainTaken(patient: Patient, endpoint: Endpoint, transport: 'UDP' | 'TCP'): Finding {
  const place = `${print(endpoint)} (${transport})`
  const holders = holdersOf(endpoint.port, patient.read).filter(
    holder => holder.transport === transport && overlaps(holder.address, endpoint.address),
  )
  const named = holders.map(holder => nameOf(holder, patient.read))
  const who = named.find(({ name }) => name !== '') ?? named[0]
  if (who === undefined) return failure(`${place} is taken by another program`, whoHasIt(endpoint))
  const by = who.name === '' ? 'a program of another user' : `${who.name} (process ${who.pid})`
  return failure(`${place} is taken by ${by} on ${who.address}`, mendTaken(who.name, who.address, endpoint))
}

function whoHasIt({ port }: Endpoint): string {
  return `as root: ss -lntup sport = :${port}`
}

/** The one that every Ubuntu and Fedora has, or else what helps against anybody. */
function mendTaken(name: string, heldAddress: string, endpoint: Endpoint): string {
  if (name.startsWith('systemd-resolve') || heldAddress === '127.0.0.53' || heldAddress === '127.0.0.54')
    return (
      'let the stub resolver go: put "[Resolve]" and "DNSStubListener=no" into ' +
      '/etc/systemd/resolved.conf.d/meridian.conf, systemctl restart systemd-resolved, ' +
      'ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf; ' +
      "or listen on this host's own addresses instead of all"
    )
  if (name === '') return whoHasIt(endpoint)
  return `stop ${name}, or have it listen elsewhere; or choose another address with --listen`
}

interface NamedHolder {
  readonly address: string
  readonly name: string
  readonly pid: number
}

function nameOf(holder: Holder, read: Patient['read']): NamedHolder {
  const owner = ownerOf(holder.inode, read)
  return { address: holder.address, name: owner?.name ?? '', pid: owner?.pid ?? 0 }
}

/** A wildcard is in the way of every address of its family, and `::` may be of both. */
function overlaps(held: string, wanted: string): boolean {
  const [a, b] = [parseAddress(held), parseAddress(wanted)]
  if (a === undefined || b === undefined) return false
  if (held === '::') return true
  if (a.family !== b.family) return false
  return held === wanted || isWildcard(a) || isWildcard(b)
}

/** The code of the error; empty when it can be bound. */
function bindFault({ address, port }: Endpoint, transport: 'UDP' | 'TCP'): Promise<string> {
  const ipv6Only = address.includes(':')
  return new Promise(resolve => {
    if (transport === 'TCP') {
      const server = createServer()
      server.once('error', error => resolve(codeOf(error)))
      server.listen({ host: address, port, ipv6Only, exclusive: true }, () => server.close(() => resolve('')))
      return
    }
    const socket = createSocket({ type: ipv6Only ? 'udp6' : 'udp4', ipv6Only })
    socket.once('error', error => socket.close(() => resolve(codeOf(error))))
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve('')))
  })
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message
}

function print({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A server that runs has it open already. */
export async function lookAtAdmin({ adminFault, server }: Patient): Promise<Finding> {
  const [text = '', ...hint] = (server === undefined ? await adminFault() : undefined)?.split('\n') ?? []
  if (text === '') return fine('the admin listener may be opened')
  const words = hint.map(line => line.trim()).join(' ')
  return failure(text, words.replace(/^hint: /, ''))
}

//------------ Who can ask ---

function isOutside({ address }: Endpoint): boolean {
  return !/^127\.|^::1$/.test(address)
}

/** Resolvers ask port 53, and from outside. */
export function lookAtReach(patient: Patient): Finding[] {
  const { listen } = patient.settings
  if (listen.some(endpoint => isOutside(endpoint) && endpoint.port === DNS_PORT))
    return [fine('listens on port 53 beyond this host')]
  const holder = holdersOf(DNS_PORT, patient.read)[0]
  const told = listen.some(isOutside) ? 'no address has port 53' : 'only this host itself can ask'
  const first = warning(
    `${told}: good for a first look, not for a delegation`,
    'to go live: --listen 0.0.0.0:53 --listen [::]:53 (then run this again with them)',
  )
  if (holder === undefined) return [first]
  const { name, pid } = nameOf(holder, patient.read)
  const by = name === '' ? 'a program of another user' : `${name} (process ${pid})`
  const endpoint = { address: '0.0.0.0', port: DNS_PORT }
  return [
    first,
    warning(
      `port 53 is held by ${by} on ${holder.address}, which will be in the way of 0.0.0.0:53`,
      mendTaken(name, holder.address, endpoint),
    ),
  ]
}

/** `ADDRESS INDEX PREFIX SCOPE FLAGS NAME`, scope 0 being global; unique local addresses are global in scope. */
export function lookAtIpv6({ settings, read }: Patient): Finding {
  const table = read('/proc/net/if_inet6')
  const addresses = (table ?? '')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields.length >= 6)
  const isPublic = addresses.some(([address = '', , , scope]) => scope === '00' && !/^f[cd]/.test(address))
  const isListening = settings.listen.some(({ address }) => address.includes(':') && address !== '::1')
  const only4 = settings.listen.some(({ address }) => !address.includes(':') && !address.startsWith('127.'))
  if (table === undefined || addresses.length === 0)
    return warning(
      'this host has no IPv6: resolvers that have nothing else cannot ask',
      'an IPv6 address for the host, and one for its name in the zone and in the glue',
    )
  if (!isPublic)
    return warning(
      'this host has no public IPv6 address: resolvers that have nothing else cannot ask',
      'an IPv6 address from the provider; nothing, if this host is reached through another that has one',
    )
  if (only4 && !isListening)
    return warning('this host has IPv6, but only IPv4 is listened on', 'add --listen [::]:PORT')
  return fine('this host has a public IPv6 address')
}

//------------ Buffers and tracking ---

/** What the server asks for. */
const BUFFER_WANTED_BYTES = 16 << 20
const BUFFER_MIN_BYTES = 4 << 20
/** About what the kernel counts for one small datagram. */
const DATAGRAM_BYTES = 768
/** More than one in this many lost is worth a word. */
const LOST_SHARE = 10_000

export function lookAtBuffers({ read }: Patient): Finding {
  const max = Number(read('/proc/sys/net/core/rmem_max') ?? Number.NaN)
  if (Number.isNaN(max)) return unknown('how large socket buffers may be cannot be told here')
  const told = `receive buffers of ${size(max)} at most, a burst of about ${queries(max)} queries for each worker`
  const lost = lostDatagrams(read)
  if (max >= BUFFER_MIN_BYTES) return fine(`${told}${lost === '' ? '' : `; ${lost}`}`)
  return warning(
    `${told}${lost === '' ? '' : `; ${lost}`}`,
    `sysctl -w net.core.rmem_max=${BUFFER_WANTED_BYTES}, and the same line in /etc/sysctl.d/meridian.conf ` +
      '(or CAP_NET_ADMIN, which is much to give for it)',
  )
}

function queries(bytes: number): string {
  // The kernel doubles what is asked for, to have room for its own books.
  return Math.floor((2 * Math.min(bytes, BUFFER_WANTED_BYTES)) / DATAGRAM_BYTES).toLocaleString('en-US')
}

function size(bytes: number): string {
  return bytes >= 1 << 20 ? `${Math.round(bytes / 2 ** 20)} MB` : `${Math.round(bytes / 1024)} KB`
}

/** Of all programs of this host, since it was started. */
function lostDatagrams(read: Patient['read']): string {
  const [names, values] = (read('/proc/net/snmp') ?? '')
    .split('\n')
    .filter(line => line.startsWith('Udp:'))
    .map(line => line.split(' '))
  const figure = (name: string): number => Number(values?.[names?.indexOf(name) ?? -1] ?? 0)
  const [lost, came] = [figure('RcvbufErrors'), figure('InDatagrams')]
  if (lost === 0 || lost * LOST_SHARE < came) return ''
  return `full buffers have lost ${lost.toLocaleString('en-US')} datagrams since this host was started`
}

const TRACKED_SHARE_MAX = 0.8

export function lookAtTracking({ settings, read }: Patient): Finding {
  const [count, max] = ['count', 'max'].map(what =>
    Number(read(`/proc/sys/net/netfilter/nf_conntrack_${what}`) ?? Number.NaN),
  ) as [number, number]
  if (Number.isNaN(count) || Number.isNaN(max))
    return unknown('whether the firewall tracks connections cannot be seen here')
  if (count === 0) return fine('the firewall tracks no connections')
  const told = `the firewall tracks connections: ${count.toLocaleString('en-US')} of ${max.toLocaleString('en-US')}`
  const ports = [...new Set(settings.listen.map(({ port }) => port))].join(',')
  const mend =
    `exempt DNS from it: nft add rule inet raw prerouting udp dport ${ports} notrack (and sport in output), or ` +
    'iptables -t raw -A PREROUTING -p udp --dport 53 -j NOTRACK'
  if (count > max * TRACKED_SHARE_MAX)
    return warning(`${told}: when the table is full, queries are dropped`, mend)
  return settings.listen.some(isOutside)
    ? warning(`${told}; every UDP query would take a place for half a minute`, mend)
    : fine(told)
}
