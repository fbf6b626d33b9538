/** Real Consul servers for tests: federated datacenters on free loopback ports, their state in memory, that can be
 *  killed, frozen, restarted empty. Knows nothing of what follows them. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type Daemon, freePort, makeTempDir, removeTempDir, startDaemon } from './process.ts'
import { tool } from './tools.ts'

export interface ConsulServerOptions {
  readonly datacenter: string
  /** More configuration, in HCL. */
  readonly hcl?: string
  /** Sent with every call of `call`. */
  readonly token?: string
  /** Servers of one datacenter that elect a leader together; they keep their state on disk. Default 1, in memory. */
  readonly expect?: number
  /** HTTPS as well, for clients that show a certificate, with those made by `makeCertificates` in this folder. */
  readonly tlsDir?: string
  /** HTTP on this unix socket as well. */
  readonly socketPath?: string
}

interface Ports {
  readonly server: number
  readonly lan: number
  readonly wan: number
  readonly http: number
  readonly https: number
}

// Gossip and raft as fast as a single host allows.
const FAST = `
  disable_update_check = true
  performance { raft_multiplier = 1 leave_drain_time = "0s" }
  connect { enabled = false }
  gossip_lan { gossip_interval = "100ms" probe_interval = "100ms" probe_timeout = "100ms" suspicion_mult = 3 }
  gossip_wan { gossip_interval = "100ms" probe_interval = "100ms" probe_timeout = "100ms" suspicion_mult = 3 }
`

export class ConsulServer {
  readonly datacenter: string
  readonly #options: ConsulServerOptions
  readonly #program: string
  readonly #ports: Ports
  readonly #name: string
  #daemon: Daemon | undefined
  #dir: string | undefined

  private constructor(options: ConsulServerOptions, program: string, ports: Ports) {
    this.datacenter = options.datacenter
    this.#options = options
    this.#program = program
    this.#ports = ports
    this.#name = `server-${ports.server}`
  }

  static async create(options: ConsulServerOptions, context?: Mocha.Context): Promise<ConsulServer> {
    const program = await tool('consul', context)
    const free = { server: await freePort(), lan: await freePort(), wan: await freePort() }
    const ports = { ...free, http: await freePort(), https: await freePort() }
    return new ConsulServer(options, program, ports)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`
  }

  get httpsUrl(): string {
    return `https://127.0.0.1:${this.#ports.https}`
  }

  get name(): string {
    return this.#name
  }

  get lanAddress(): string {
    return `127.0.0.1:${this.#ports.lan}`
  }

  get wanAddress(): string {
    return `127.0.0.1:${this.#ports.wan}`
  }

  /** Ready when it has a leader, unless `expect` says that others are needed for one. */
  async start(peers: { readonly lan?: string; readonly wan?: string } = {}): Promise<void> {
    const dir = this.#dir ?? makeTempDir('meridian-consul-')
    this.#dir = dir
    const alone = (this.#options.expect ?? 1) === 1
    this.#daemon = await startDaemon({
      command: this.#program,
      args: this.#args(dir, peers),
      ready: async () => (alone ? this.hasLeader() : this.#answers()),
    })
  }

  #args(dir: string, peers: { readonly lan?: string; readonly wan?: string }): string[] {
    const { expect = 1, hcl = '', tlsDir, socketPath } = this.#options
    const { server, lan, wan, http, https } = this.#ports
    return [
      'agent',
      // With a data folder, even -dev would remember its services over a restart.
      ...(expect === 1 ? ['-dev'] : ['-server', `-bootstrap-expect=${expect}`, `-data-dir=${dir}`]),
      `-datacenter=${this.datacenter}`,
      `-node=${this.#name}`,
      '-bind=127.0.0.1',
      '-advertise=127.0.0.1',
      '-client=127.0.0.1',
      `-server-port=${server}`,
      `-serf-lan-port=${lan}`,
      `-serf-wan-port=${wan}`,
      `-http-port=${http}`,
      ...(tlsDir === undefined ? [] : [`-https-port=${https}`, `-hcl=${tlsConfig(tlsDir, this.datacenter)}`]),
      ...(socketPath === undefined ? [] : [`-hcl=addresses { http = "127.0.0.1 unix://${socketPath}" }`]),
      '-dns-port=-1',
      '-grpc-port=-1',
      '-disable-keyring-file',
      '-retry-interval=1s',
      '-retry-interval-wan=1s',
      '-log-level=warn',
      `-hcl=${FAST}`,
      `-hcl=${hcl}`,
      ...(peers.lan === undefined ? [] : [`-retry-join=${peers.lan}`]),
      ...(peers.wan === undefined ? [] : [`-retry-join-wan=${peers.wan}`]),
    ]
  }

  async hasLeader(): Promise<boolean> {
    const reply = await this.#tryGet('/status/leader')
    if (!/"[\d.]+:\d+"/.test(reply ?? '')) return false
    return ((await this.#tryGet('/catalog/service/consul')) ?? '[]') !== '[]'
  }

  async #answers(): Promise<boolean> {
    return (await this.#tryGet('/agent/self')) !== undefined
  }

  async #tryGet(path: string): Promise<string | undefined> {
    try {
      const reply = await this.#fetch('GET', path)
      return reply.ok ? await reply.text() : undefined
    } catch {
      return undefined
    }
  }

  #fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const { token } = this.#options
    return fetch(`${this.url}/v1${path}`, {
      method,
      ...(token === undefined ? {} : { headers: { 'X-Consul-Token': token } }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    })
  }

  /** The body; throws on any status but 2xx. */
  async call(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<string> {
    const reply = await this.#fetch(method, path, body)
    const text = await reply.text()
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`)
    return text
  }

  /** With a check of its own that `check` flips. */
  async register(name: string, id: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.call('PUT', '/agent/service/register', {
      Name: name,
      ID: id,
      Address: '192.0.2.1',
      Port: 443,
      Check: { TTL: '1h', Status: 'passing' },
      ...more,
    })
  }

  async deregister(id: string): Promise<void> {
    await this.call('PUT', `/agent/service/deregister/${id}`)
  }

  async check(id: string, verdict: 'pass' | 'warn' | 'fail'): Promise<void> {
    await this.call('PUT', `/agent/check/${verdict}/service:${id}`)
  }

  /** SIGKILL, and it is gone when this resolves. */
  async crash(): Promise<void> {
    await this.#daemon?.stop(0)
    this.#daemon = undefined
  }

  /** SIGTERM, and it is gone when this resolves. */
  async terminate(): Promise<void> {
    await this.#daemon?.stop()
    this.#daemon = undefined
  }

  /** It holds its ports and connections, and says nothing. */
  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#daemon === undefined) throw new Error(`${this.datacenter} does not run`)
    process.kill(this.#daemon.pid, signal)
  }

  /** For good. */
  async stop(): Promise<void> {
    await this.crash()
    if (this.#dir !== undefined) removeTempDir(this.#dir)
    this.#dir = undefined
  }
}

/** Two datacenters that see each other. */
export async function startPair(
  context?: Mocha.Context,
  options: Omit<ConsulServerOptions, 'datacenter'> = {},
): Promise<{ aws: ConsulServer; gcp: ConsulServer; stop(): Promise<void> }> {
  const aws = await ConsulServer.create({ ...options, datacenter: 'aws-us-east-1' }, context)
  const gcp = await ConsulServer.create({ ...options, datacenter: 'gcp-europe-west1' }, context)
  await aws.start()
  await gcp.start({ wan: aws.wanAddress })
  await federated(aws, gcp)
  return {
    aws,
    gcp,
    async stop() {
      await Promise.all([aws.stop(), gcp.stop()])
    },
  }
}

/** Resolves when each answers the other's catalog questions. */
export async function federated(a: ConsulServer, b: ConsulServer): Promise<void> {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const)
    await eventually(`${from.datacenter} to see ${to.datacenter}`, async () =>
      (await from.call('GET', `/catalog/nodes?dc=${to.datacenter}`)).includes('"Node"'),
    )
}

/** Asks again and again; for what no callback tells. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      if (await holds()) return
    } catch {
      // Not yet.
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** An authority, a server's and a client's certificate, made by Consul's own command. */
export async function makeCertificates(
  dir: string,
  datacenter: string,
  context?: Mocha.Context,
): Promise<{ caFile: string; certFile: string; keyFile: string }> {
  const program = await tool('consul', context)
  const run = (...args: string[]): void => void execFileSync(program, ['tls', ...args], { cwd: dir })
  run('ca', 'create')
  run('cert', 'create', '-server', `-dc=${datacenter}`)
  run('cert', 'create', '-client', `-dc=${datacenter}`)
  return {
    caFile: join(dir, 'consul-agent-ca.pem'),
    certFile: join(dir, `${datacenter}-client-consul-0.pem`),
    keyFile: join(dir, `${datacenter}-client-consul-0-key.pem`),
  }
}

function tlsConfig(dir: string, datacenter: string): string {
  return `
    verify_incoming = true
    ca_file = "${dir}/consul-agent-ca.pem"
    cert_file = "${dir}/${datacenter}-server-consul-0.pem"
    key_file = "${dir}/${datacenter}-server-consul-0-key.pem"
  `
}
