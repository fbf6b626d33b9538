/** What each setting may be, as zod schemas: one way of reading a value, wherever it was written.
 *  Loaded only when there is something to read. */
import { isIP } from 'node:net'
// All of it by one name, so that the bundle holds what is used: most of zod is messages in other languages.
import * as z from 'zod'
import { prefixFault } from '../base/prefix-list.ts'
import type { Endpoint } from '../plan/worker-contract.ts'
import {
  ADMIN_PORT,
  type AdminAt,
  type ConsulAgentAt,
  LOG_LEVELS,
  type SettingKey,
  type Settings,
} from './settings.ts'

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

function whole(min: number, max: number) {
  const wrong = `must be a whole number from ${min} to ${max}`
  return z.preprocess(digitsToNumber, z.number(wrong).int(wrong).min(min, wrong).max(max, wrong))
}

/** Flags and variables are text. */
function digitsToNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
}

function time(minMs: number, maxMs: number) {
  const wrong = `must be a time with its unit from ${minMs}ms to ${maxMs / 1_000}s, for example 10s`
  return z.string(wrong).transform((value, context) => {
    const parts = /^(\d{1,9})(ms|s|m|h)$/.exec(value)
    const ms = parts === null ? Number.NaN : Number(parts[1]) * UNIT_MS[parts[2] as keyof typeof UNIT_MS]
    if (ms >= minMs && ms <= maxMs) return ms
    context.addIssue(wrong)
    return z.NEVER
  })
}

function text(what: string) {
  return z.string(`must be ${what}`).min(1, `must be ${what}`)
}

function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `must be one of ${words.join(', ')}`)
}

const yesOrNo = z.preprocess(
  value => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value),
  z.boolean('must be true or false'),
)

const endpoint = z.string('must be ADDR:PORT').transform((value, context): Endpoint => {
  const read = readEndpoint(value)
  if (typeof read !== 'string') return read
  context.addIssue(read)
  return z.NEVER
})

/** `192.0.2.53:53` or `[2001:db8::53]:53`; the text says what is wrong with anything else. */
function readEndpoint(value: string, usualPort = 53): Endpoint | string {
  const parts = /^(?:\[(.*)\]|(.*?)):(\d{1,5})$/.exec(value)
  const address = parts?.[1] ?? parts?.[2] ?? ''
  const port = Number(parts?.[3] ?? '-1')
  if (isIP(value) === 4) return `"${value}" lacks a port: write ${value}:${usualPort}`
  if (isIP(value.replaceAll(/^\[|\]$/g, '')) === 6)
    return `"${value}" lacks a port: write [${value.replaceAll(/^\[|\]$/g, '')}]:${usualPort}`
  if (parts === null) return `"${value}" is not ADDR:PORT, for example 0.0.0.0:53 or [::]:53`
  if (port > 65_535) return `port ${port} is above 65535`
  if (isIP(address) === (parts[1] === undefined ? 4 : 6)) return { address, port }
  return `"${address}" is not an IP address; names are not looked up`
}

const admin = z.string('must be ADDR:PORT, a path or off').transform((value, context): AdminAt => {
  if (value === 'off') return { kind: 'off' }
  const path = value.startsWith('unix:') ? value.slice(5) : value
  if (path.includes('/')) return { kind: 'socket', path }
  const read = readEndpoint(value, ADMIN_PORT)
  if (typeof read !== 'string') return { kind: 'tcp', ...read }
  context.addIssue(`${read}; a unix socket is a path with a slash, "off" is none`)
  return z.NEVER
})

/** A list may be written as one string with commas, which is all that the environment can hold. */
const endpoints = z.preprocess(
  splitAtCommas,
  z.array(endpoint, 'must be ADDR:PORT or a list of them').min(1, 'must hold at least one ADDR:PORT'),
)

function splitAtCommas(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map(part => part.trim()) : value
}

const prefixes = z.preprocess(
  splitAtCommas,
  z.array(
    z.string('must be a prefix').superRefine((value, context) => {
      const fault = prefixFault(value)
      if (fault !== undefined) context.addIssue(fault)
    }),
    'must be a prefix or a list of them',
  ),
)

const AGENT_URL = 'must be http://HOST:PORT, https://HOST:PORT or unix:///PATH'
const AGENT = /^(?:https?:\/\/[^/\s]+\/?|unix:\/\/\/\S+)$/

const agents = z.preprocess(
  splitAtCommas,
  z.array(
    z.string('must be DC=URL').transform((value, context): ConsulAgentAt => {
      const at = value.indexOf('=')
      const [datacenter, url] = [value.slice(0, at), value.slice(at + 1)]
      if (at > 0 && AGENT.test(url)) return { datacenter, url }
      context.addIssue('must be DC=URL, for example aws-eu-central-1=http://10.0.0.1:8500')
      return z.NEVER
    }),
    'must be DC=URL or a list of them',
  ),
)

const KEY_PREFIX = 'must be a prefix of keys such as meridian/orders, or off'

/** Ends with one slash, so that no other tree that begins alike is taken for ours. */
const keyPrefix = z
  .string(KEY_PREFIX)
  .regex(/^(?:off|[\w.-]{1,64}(?:\/[\w.-]{1,64}){0,7}\/?)$/, KEY_PREFIX)
  .transform(value => (value === 'off' ? '' : value.replace(/\/?$/, '/')))

const DATACENTER = 'must be a datacenter or a list of them'
const datacenters = z.preprocess(
  splitAtCommas,
  z.array(z.string(DATACENTER).regex(/^[\w-]{1,64}$/, DATACENTER), DATACENTER),
)

const identity = z
  .string('must be text')
  .refine(value => Buffer.byteLength(value) <= 128, 'must be at most 128 octets long')

/** sun_path of struct sockaddr_un holds 108 with its last zero, 104 on the BSDs. */
const SOCKET_PATH_BYTES_MAX = 103

const ENDPOINT_URL = 'must be http://HOST:PORT or https://HOST:PORT'

export const SETTING_VALUES = {
  zones: text('a folder'),
  listen: endpoints,
  workers: whole(1, 256),
  pin: oneOf(['auto', 'yes', 'no']),
  udp: oneOf(['auto', 'native', 'dgram']),
  'udp-payload': whole(512, 4096),
  state: text('a folder'),
  geo: z.preprocess(splitAtCommas, z.array(text('a file'), 'must be a file or a list of them')),
  'geo.overrides': text('a file'),
  'ecs.trust': prefixes,
  'diagnostics.allow': prefixes,
  'probes.deny': prefixes,
  consul: z.string(AGENT_URL).regex(AGENT, AGENT_URL),
  'consul.agents': agents,
  'consul.token-file': text('a file'),
  'consul.ca': text('a file'),
  'consul.cert': text('a file'),
  'consul.key': text('a file'),
  'consul.kv': keyPrefix,
  'consul.kv-datacenters': datacenters,
  admin,
  'admin.token-file': text('a file'),
  'admin.cert': text('a file'),
  'admin.key': text('a file'),
  'admin.ready-age': time(0, 86_400_000),
  identity,
  'hide-version': yesOrNo,
  'dnstap.socket': text('a path').refine(
    value => Buffer.byteLength(value) <= SOCKET_PATH_BYTES_MAX,
    `must be at most ${SOCKET_PATH_BYTES_MAX} octets long, as paths of sockets are`,
  ),
  'dnstap.sample': whole(1, 1_000_000_000),
  'dnstap.messages': oneOf(['query', 'response', 'both']),
  'dnstap.identity': identity,
  'otlp.endpoint': z.string(ENDPOINT_URL).regex(/^https?:\/\/[^/\s]+(\/\S*)?$/, ENDPOINT_URL),
  'otlp.headers-file': text('a file'),
  'otlp.sample': whole(0, 1_000_000_000),
  'log.level': oneOf(LOG_LEVELS),
  'log.format': oneOf(['auto', 'json', 'pretty']),
  'tcp.idle': time(500, 3_600_000),
  'tcp.connections': whole(1, 100_000),
  'tcp.per-client': whole(1, 100_000),
  'tcp.queries': whole(0, 1_000_000_000),
  'tcp.pending': whole(1_024, 16_777_216),
  'tcp.write-timeout': time(100, 3_600_000),
  'tcp.message-timeout': time(100, 3_600_000),
} satisfies { [Key in SettingKey]: z.ZodType<Settings[Key]> }

export type PartialSettings = { -readonly [Key in SettingKey]?: Settings[Key] }

/** Puts the value into `settings`; or returns what is wrong with it, and where inside a list. */
export function readSetting(
  settings: PartialSettings,
  key: SettingKey,
  value: unknown,
): { text: string; path: readonly PropertyKey[] } | undefined {
  const read = SETTING_VALUES[key].safeParse(value)
  if (read.success) {
    Object.assign(settings, { [key]: read.data })
    return undefined
  }
  const issue = read.error.issues[0]!
  return { text: issue.message, path: issue.path }
}
