/** Checks of Consul: every datacenter that the zones ask for is asked as the server would ask, with its token.
 *  An empty answer is no proof of anything: without rights Consul answers 200 and nothing. */

import { readFileSync } from 'node:fs'
import { request as askHttp } from 'node:http'
import { request as askHttps } from 'node:https'
import type { ConsulAgent, ConsulFailure } from '../health/consul/agent.ts'
import { type AgentSettings, connectAgent } from '../health/consul/connect.ts'
import { SENTINEL_SERVICE } from '../health/consul/heartbeat.ts'
import type { ConsulSettings } from '../health/consul/source.ts'
import { type Finding, failure, fine, unknown, warning } from './finding.ts'
import type { KernelClock } from './host.ts'
import type { Patient, WantedOfConsul } from './patient.ts'

const TIMEOUT_MS = 3_000
const RULES = 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }'

export async function lookAtConsul(patient: Patient): Promise<Finding[]> {
  const { wanted } = patient.zones()
  const { consul } = patient
  const homeless = wanted.filter(({ datacenter }) => datacenter === undefined)
  const findings = homeless.map(({ zone, region }) =>
    warning(
      `${zone} region ${region} has no Consul datacenter: its checks of kind consul are never made`,
      `$REGION ${region} … consul=DATACENTER`,
    ),
  )
  if (consul === undefined) {
    if (wanted.length === 0) return [fine('not configured, and no zone asks for it')]
    const names = [...new Set(wanted.map(({ zone }) => zone))].join(' ')
    return [
      failure(
        `${names} asks Consul, but none is configured: its regions count as up`,
        '--consul http://127.0.0.1:8500',
      ),
    ]
  }
  const datacenters = new Map<string | undefined, WantedOfConsul[]>()
  for (const one of wanted)
    if (one.datacenter !== undefined)
      datacenters.set(one.datacenter, [...(datacenters.get(one.datacenter) ?? []), one])
  for (const name of Object.keys(consul.agents ?? {})) if (!datacenters.has(name)) datacenters.set(name, [])
  // The agent's own datacenter, where no zone names one.
  if (datacenters.size === 0) datacenters.set(undefined, [])
  const found = await Promise.all(
    [...datacenters].map(([datacenter, services]) => lookAtDatacenter(patient, consul, datacenter, services)),
  )
  return [...findings, ...found.flat()]
}

interface Way {
  readonly settings: AgentSettings
  /** Named to an agent of another datacenter, which passes the question on. */
  readonly datacenter: string | undefined
}

async function lookAtDatacenter(
  { clock }: Patient,
  consul: ConsulSettings,
  datacenter: string | undefined,
  services: readonly WantedOfConsul[],
): Promise<Finding[]> {
  const own = datacenter === undefined ? [] : (consul.agents?.[datacenter] ?? [])
  const ways: Way[] = own.map(settings => ({ settings, datacenter: undefined }))
  if (consul.local !== undefined) ways.push({ settings: consul.local, datacenter })
  const place = datacenter ?? 'the agent'
  if (ways.length === 0)
    return [
      failure(
        `no way to Consul's datacenter ${place}`,
        `--consul URL, or --consul-agents ${place}=http://ADDRESS:8500`,
      ),
    ]
  const findings = await Promise.all(
    ways.map(async way => {
      const agent = connectAgent(way.settings, clock)
      try {
        return await askThrough(agent, way, place, services)
      } finally {
        agent.close()
      }
    }),
  )
  return findings.flat()
}

async function askThrough(
  agent: ConsulAgent,
  { settings, datacenter }: Way,
  place: string,
  services: readonly WantedOfConsul[],
): Promise<Finding[]> {
  const options = { timeoutMs: TIMEOUT_MS, ...(datacenter === undefined ? {} : { datacenter }) }
  const through = `${place} through ${settings.url}`
  const pulse = await agent.serviceHealth(SENTINEL_SERVICE, undefined, options)
  if (!pulse.ok) return [explainFailure(through, pulse.failure, settings)]
  if (!pulse.meta.knowsLeader)
    return [failure(`${through}: Consul has no leader`, 'mend its quorum: consul operator raft list-peers')]
  const who = settings.token === undefined ? 'without a token' : 'the token'
  if (pulse.value.length === 0)
    return [
      failure(
        `${through}: Consul answers, but ${who} sees nothing (ACLs): its lists are empty without a word`,
        `a token with ${RULES}, in --consul-token-file`,
      ),
    ]
  const empty: Finding[] = []
  const inDatacenter = datacenter === undefined ? '' : ` -datacenter=${datacenter}`
  for (const service of new Set(services.map(one => one.service))) {
    const reply = await agent.serviceHealth(service, undefined, options)
    if (reply.ok && reply.value.length === 0)
      empty.push(
        warning(
          `${through}: nobody is registered as ${service}`,
          `is the name right? consul catalog services${inDatacenter}; or the token may not read it: ${RULES}`,
        ),
      )
    else if (!reply.ok) empty.push(explainFailure(`${through}, service ${service}`, reply.failure, settings))
  }
  return empty.length > 0 ? empty : [fine(`${through} is heard, and our token sees`)]
}

function explainFailure(through: string, { kind, text }: ConsulFailure, { url }: AgentSettings): Finding {
  const mends: Partial<Record<ConsulFailure['kind'], string>> = {
    refused: `does an agent listen at ${url}? consul members; a firewall would let the question time out instead`,
    reset: 'http against an https port, or the reverse?',
    timeout: `is ${url} reachable from here? a firewall between, or a datacenter that is cut off`,
    forbidden: `the token is wrong or revoked: a new one with ${RULES}, in --consul-token-file`,
    'no-leader': 'mend its quorum: consul operator raft list-peers',
    'not-found': 'is the name of the datacenter right? consul catalog datacenters',
    'bad-body': 'is that Consul? a proxy may answer in its place',
  }
  return failure(`${through}: ${text}`, mends[kind] ?? 'consul members, and the log of the agent')
}

//------------ The clock, by Consul's ---

const OFF_WARN_MS = 2_000
const OFF_FAIL_MS = 300_000
const KERNEL_ERROR_MAX_MS = 1_000

export async function lookAtClock(patient: Patient, kernel: KernelClock | undefined): Promise<Finding> {
  const agents = [
    ...(patient.consul?.local === undefined ? [] : [patient.consul.local]),
    ...Object.values(patient.consul?.agents ?? {}).flat(),
  ].filter(({ url }) => !url.startsWith('unix:'))
  const offs = await Promise.all(agents.map(agent => offBy(agent, patient)))
  const worst = agents
    .map((agent, i) => ({ url: agent.url, offMs: offs[i] }))
    .filter((one): one is { url: string; offMs: number } => one.offMs !== undefined)
    .toSorted((a, b) => Math.abs(b.offMs) - Math.abs(a.offMs))[0]
  const mend = 'let chrony or systemd-timesyncd keep it: timedatectl set-ntp true; here or there'
  if (worst !== undefined && Math.abs(worst.offMs) > OFF_WARN_MS) {
    const apart = `${Math.round(Math.abs(worst.offMs) / 1_000)} s apart`
    const text = `this clock and that of Consul at ${worst.url} are ${apart}`
    return Math.abs(worst.offMs) > OFF_FAIL_MS
      ? failure(`${text}: certificates and orders with an end go wrong`, mend)
      : warning(`${text}: orders of the fleet may be taken in the wrong sequence`, mend)
  }
  // An agent of this very host has our own clock, and proves nothing.
  const elsewhere = worst !== undefined && !/\/\/(?:127\.|localhost|\[::1\])/.test(worst.url)
  if (kernel?.isKept === true && kernel.errorMs <= KERNEL_ERROR_MAX_MS)
    return fine(`the clock is kept, within ${Math.ceil(kernel.errorMs)} ms by the kernel's own account`)
  if (elsewhere) return fine(`the clock agrees with that of Consul at ${worst.url}, to the second`)
  if (kernel === undefined) return unknown('whether the clock is right cannot be told here')
  return {
    state: 'unknown',
    text: 'nobody keeps this clock (no NTP), and there is no other to compare it with: it may be right',
    mend: "let chrony or systemd-timesyncd keep it: timedatectl set-ntp true; in a container it is the host's affair",
  }
}

/** By the header of its reply, which has whole seconds: good to about one. */
async function offBy({ url, tls }: AgentSettings, { wallClock }: Patient): Promise<number | undefined> {
  const date = await new Promise<string | undefined>(resolve => {
    const to = new URL('/v1/status/leader', url)
    const options = { timeout: TIMEOUT_MS, ...certificates(tls) }
    const asked = to.protocol === 'https:' ? askHttps(to, options) : askHttp(to, options)
    asked.once('response', reply => {
      reply.destroy()
      resolve(reply.headers.date)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(undefined))
    asked.once('close', () => resolve(undefined))
    asked.end()
  })
  const theirs = date === undefined ? Number.NaN : Date.parse(date)
  // Half a second of what the header leaves out.
  return Number.isNaN(theirs) ? undefined : wallClock() - (theirs + 500)
}

function certificates(tls: AgentSettings['tls']): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const [ca, cert, key] = [readPem(tls?.caFile), readPem(tls?.certFile), readPem(tls?.keyFile)]
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

/** One that cannot be read is told of where Consul itself is asked. */
function readPem(path: string | undefined): Buffer | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path)
  } catch {
    return undefined
  }
}
