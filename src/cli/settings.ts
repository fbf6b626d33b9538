/** Every setting of `serve`, once: its key in the config file, its meaning, its default. The flag and the
 *  environment variable follow from the key by one rule: `tcp.per-client` is `--tcp-per-client` and
 *  `MERIDIAN_TCP_PER_CLIENT`. Needs no library, so that a start without settings loads none. */
import { availableParallelism, hostname } from 'node:os'
import type { ListenAt } from '../admin/listener.ts'
import type { PrefixTexts } from '../base/prefix-list.ts'
import type { Endpoint } from '../plan/worker-contract.ts'

/** Beside the zones of a checkout; the geo stage itself is loaded only by who reads data. */
const DEFAULT_OVERRIDES = 'geo-data/overrides.csv'

export interface Settings {
  readonly zones: string
  readonly listen: readonly Endpoint[]
  readonly workers: number
  readonly pin: 'auto' | 'yes' | 'no'
  readonly udp: 'auto' | 'native' | 'dgram'
  readonly 'udp-payload': number
  readonly state: string
  readonly geo: readonly string[]
  readonly 'geo.overrides': string
  readonly 'ecs.trust': PrefixTexts
  readonly 'diagnostics.allow': PrefixTexts
  readonly 'probes.deny': PrefixTexts
  /** Empty: none. */
  readonly consul: string
  readonly 'consul.agents': readonly ConsulAgentAt[]
  readonly 'consul.token-file': string
  readonly 'consul.ca': string
  readonly 'consul.cert': string
  readonly 'consul.key': string
  /** Where operators' orders are shared, ending with a slash; empty: they are not. */
  readonly 'consul.kv': string
  readonly 'consul.kv-datacenters': readonly string[]
  readonly admin: AdminAt
  readonly 'admin.token-file': string
  readonly 'admin.cert': string
  readonly 'admin.key': string
  readonly 'admin.ready-age': number
  readonly identity: string
  readonly 'hide-version': boolean
  /** Empty: none. */
  readonly 'dnstap.socket': string
  readonly 'dnstap.sample': number
  readonly 'dnstap.messages': 'query' | 'response' | 'both'
  /** Empty: as `identity`. */
  readonly 'dnstap.identity': string
  /** Empty: none. */
  readonly 'otlp.endpoint': string
  readonly 'otlp.headers-file': string
  readonly 'otlp.sample': number
  readonly 'log.level': LogLevel
  readonly 'log.format': 'auto' | 'json' | 'pretty'
  readonly 'tcp.idle': number
  readonly 'tcp.connections': number
  readonly 'tcp.per-client': number
  readonly 'tcp.queries': number
  readonly 'tcp.pending': number
  readonly 'tcp.write-timeout': number
  readonly 'tcp.message-timeout': number
}

export interface ConsulAgentAt {
  readonly datacenter: string
  readonly url: string
}

/** Where those who watch may ask. */
export type AdminAt = ListenAt | { readonly kind: 'off' }

export type SettingKey = keyof Settings

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface SettingText {
  /** What stands for the value in the help; none for a switch. */
  readonly value?: string
  readonly text: string
  /** How the help names the default, where the value itself would not be clear. */
  readonly default?: string
  readonly group?: string
  readonly repeatable?: boolean
}

const TCP = 'TCP limits:'
const LOG = 'Log:'
const CONSUL = 'Consul:'
const ADMIN = 'Admin listener:'
const DNSTAP = 'dnstap:'
const OTLP = 'Traces:'

export const SETTING_TEXTS: { readonly [Key in SettingKey]: SettingText } = {
  zones: { value: 'DIR', text: 'folder of zone files, each named ORIGIN.zone', default: 'zones' },
  listen: {
    value: 'ADDR:PORT',
    text: 'address to answer on, UDP and TCP; [ADDR]:PORT for IPv6, 0.0.0.0 and [::] for all; repeatable',
    default: '127.0.0.1:5300 and [::1]:5300',
    repeatable: true,
  },
  workers: { value: 'N', text: 'threads that answer UDP', default: 'the number of cores' },
  pin: {
    value: 'HOW',
    text: 'yes: each of them stays on a core of its own; auto: where there are as many of them as cores',
    default: 'auto',
  },
  udp: {
    value: 'HOW',
    text: 'native: system calls in batches; dgram: Node sockets, on every platform; auto: native where it works',
    default: 'auto',
  },
  'udp-payload': { value: 'BYTES', text: 'largest UDP reply, 512 to 4096', default: '1232' },
  state: { value: 'DIR', text: 'folder for what must outlive a restart', default: '.meridian' },
  geo: {
    value: 'FILE.mmdb',
    text: 'geo database; of several the earlier counts; repeatable',
    default: 'the embedded data',
    repeatable: true,
  },
  'geo.overrides': {
    value: 'FILE.csv',
    text: 'what you know better; read if it is there',
    default: DEFAULT_OVERRIDES,
  },
  'ecs.trust': {
    value: 'PREFIX',
    text: 'resolvers whose client subnets (ECS) are believed; repeatable',
    default: 'all',
    repeatable: true,
  },
  'diagnostics.allow': {
    value: 'PREFIX',
    text: 'who may ask _why and _health; others are refused; repeatable',
    default: 'loopback and private addresses',
    repeatable: true,
  },
  'probes.deny': {
    value: 'PREFIX',
    text: 'where health checks may not go, beside the metadata addresses of clouds; repeatable',
    default: 'nothing more',
    repeatable: true,
  },
  consul: {
    value: 'URL',
    text: 'agent that is asked for every datacenter: http://, https:// or unix://',
    default: 'none',
    group: CONSUL,
  },
  'consul.agents': {
    value: 'DC=URL',
    text: 'agent of one datacenter, asked first; repeatable',
    default: 'none',
    group: CONSUL,
    repeatable: true,
  },
  'consul.token-file': {
    value: 'FILE',
    text: 'ACL token, read again when the file changes',
    default: 'CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE',
    group: CONSUL,
  },
  'consul.ca': { value: 'FILE', text: 'authority of its certificate, PEM', group: CONSUL },
  'consul.cert': { value: 'FILE', text: 'certificate that we show it, PEM', group: CONSUL },
  'consul.key': { value: 'FILE', text: 'key of that certificate, PEM', group: CONSUL },
  'consul.kv': {
    value: 'PREFIX',
    text: "keys below which nodes share operators' orders; off: orders stay on their node",
    default: 'meridian/orders',
    group: CONSUL,
  },
  'consul.kv-datacenters': {
    value: 'DC',
    text: 'datacenters whose key-value stores hold them; repeatable',
    default: 'all that the zones ask for health',
    group: CONSUL,
    repeatable: true,
  },
  admin: {
    value: 'ADDR:PORT',
    text: '/metrics, /healthz and /readyz; or a path for a unix socket, or off',
    default: '127.0.0.1:9353',
    group: ADMIN,
  },
  'admin.token-file': {
    value: 'FILE',
    text: 'token that callers show, read again when the file changes',
    default: 'MERIDIAN_ADMIN_TOKEN',
    group: ADMIN,
  },
  'admin.cert': { value: 'FILE', text: 'certificate that we show, PEM', group: ADMIN },
  'admin.key': { value: 'FILE', text: 'key of that certificate, PEM', group: ADMIN },
  'admin.ready-age': {
    value: 'TIME',
    text: 'silence of a source after which /readyz says no; 0s for never',
    default: '10m',
    group: ADMIN,
  },
  identity: {
    value: 'ID',
    text: 'what id.server, hostname.bind and NSID say; "" for nothing',
    default: 'the host name',
  },
  'hide-version': { text: 'do not answer version.bind' },
  'dnstap.socket': {
    value: 'PATH',
    text: 'unix socket of a receiver that is sent queries and responses',
    default: 'none',
    group: DNSTAP,
  },
  'dnstap.sample': { value: 'N', text: 'one query in N', default: '1: all', group: DNSTAP },
  'dnstap.messages': { value: 'WHICH', text: 'query, response or both', default: 'both', group: DNSTAP },
  'dnstap.identity': {
    value: 'ID',
    text: 'who we are to the receiver',
    default: '--identity',
    group: DNSTAP,
  },
  'otlp.endpoint': {
    value: 'URL',
    text: 'OTLP/HTTP endpoint for OpenTelemetry traces, without /v1/traces',
    default: 'none',
    group: OTLP,
  },
  'otlp.headers-file': {
    value: 'FILE',
    text: 'headers sent there, a "Name: value" a line',
    default: 'OTEL_EXPORTER_OTLP_HEADERS',
    group: OTLP,
  },
  'otlp.sample': {
    value: 'N',
    text: 'one query in N gets a span; 0 for none',
    default: '10000',
    group: OTLP,
  },
  'log.level': { value: 'LEVEL', text: LOG_LEVELS.join(', '), default: 'info', group: LOG },
  'log.format': {
    value: 'FORMAT',
    text: 'json, pretty, or auto: pretty on a terminal',
    default: 'auto',
    group: LOG,
  },
  'tcp.idle': {
    value: 'TIME',
    text: 'how long a connection may be idle; less when connections run short',
    default: '10s',
    group: TCP,
  },
  'tcp.connections': { value: 'N', text: 'connections at once', default: '1000', group: TCP },
  'tcp.per-client': {
    value: 'N',
    text: 'of these for one IPv4 address or one IPv6 /64',
    default: '128',
    group: TCP,
  },
  'tcp.queries': {
    value: 'N',
    text: 'queries on one connection; 0 for any number',
    default: '0',
    group: TCP,
  },
  'tcp.pending': {
    value: 'BYTES',
    text: 'replies that may wait for a slow reader before its queries wait too',
    default: '65536',
    group: TCP,
  },
  'tcp.write-timeout': {
    value: 'TIME',
    text: 'how long replies may wait for a slow reader',
    default: '10s',
    group: TCP,
  },
  'tcp.message-timeout': {
    value: 'TIME',
    text: 'how long one query may take to arrive',
    default: '5s',
    group: TCP,
  },
}

export const SETTING_KEYS = Object.keys(SETTING_TEXTS) as SettingKey[]

/** Where nobody said what to listen on, an address this host lacks is left out. */
export const DEFAULT_LISTEN: readonly Endpoint[] = [
  { address: '127.0.0.1', port: 5300 },
  { address: '::1', port: 5300 },
]

/** Where nobody said where, a port that is taken is no reason not to serve. */
export const ADMIN_PORT = 9353
export const DEFAULT_ADMIN: ListenAt = { kind: 'tcp', address: '127.0.0.1', port: ADMIN_PORT }

/** RFC 1918, RFC 4193, link-local and loopback. */
const LOOPBACK_AND_PRIVATE: PrefixTexts = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

export function defaultSettings(): Settings {
  return {
    zones: 'zones',
    listen: DEFAULT_LISTEN,
    workers: availableParallelism(),
    pin: 'auto',
    udp: 'auto',
    'udp-payload': 1232,
    state: '.meridian',
    geo: [],
    'geo.overrides': DEFAULT_OVERRIDES,
    'ecs.trust': [],
    'diagnostics.allow': LOOPBACK_AND_PRIVATE,
    'probes.deny': [],
    consul: '',
    'consul.agents': [],
    'consul.token-file': '',
    'consul.ca': '',
    'consul.cert': '',
    'consul.key': '',
    'consul.kv': 'meridian/orders/',
    'consul.kv-datacenters': [],
    admin: DEFAULT_ADMIN,
    'admin.token-file': '',
    'admin.cert': '',
    'admin.key': '',
    'admin.ready-age': 600_000,
    identity: hostname(),
    'hide-version': false,
    'dnstap.socket': '',
    'dnstap.sample': 1,
    'dnstap.messages': 'both',
    'dnstap.identity': '',
    'otlp.endpoint': '',
    'otlp.headers-file': '',
    'otlp.sample': 10_000,
    'log.level': 'info',
    'log.format': 'auto',
    'tcp.idle': 10_000,
    'tcp.connections': 1000,
    'tcp.per-client': 128,
    'tcp.queries': 0,
    'tcp.pending': 65_536,
    'tcp.write-timeout': 10_000,
    'tcp.message-timeout': 5_000,
  }
}

/** `tcp.per-client` → `tcp-per-client`, without the dashes before it. */
export function flagOf(key: SettingKey): string {
  return key.replaceAll('.', '-')
}

export function variableOf(key: SettingKey): string {
  return `MERIDIAN_${key.replaceAll(/[.-]/g, '_').toUpperCase()}`
}
