/** The real program for end-to-end tests: started on a folder of its own and port 0, its log read line by
 *  line, and never left behind. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BuildRequest } from '../../src/control/build.ts'
import { type Message, readMessage } from '../answers/message.ts'
import { printRr, RCODES } from '../answers/print.ts'
import { askTcp, askUdp, type Question, queryBytes } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { ensureBuilt, MAIN } from './built.ts'

export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** A small zone; `extra` is added to it. */
export function zoneText(serial: number, extra = 'www IN A 192.0.2.1'): string {
  return `$TTL 300
@   IN SOA ns1 hostmaster ${serial} 2h 30m 14d 60
@   IN NS  ns1
ns1 IN A   192.0.2.53
${extra}
`
}

/** A build request for zones that steer nothing. */
export function buildOf(zonesDir: string, more: Partial<BuildRequest> = {}): BuildRequest {
  return { zonesDir, previous: [], build: 1, force: false, geo: NO_GEO, previousGeo: undefined, ...more }
}

export const NO_GEO: BuildRequest['geo'] = { databases: [], overrides: undefined, stateDir: undefined }

/** A plain environment: what the tester happens to have set must not configure the server. */
export function cleanEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(MERIDIAN_|NO_COLOR|FORCE_COLOR|NODE_|NOTIFY_SOCKET|WATCHDOG_)/.test(name),
  )
  return { ...Object.fromEntries(kept), ...more }
}

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command that ends by itself. */
export function runMeridian(
  words: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number } = {},
): Outcome {
  ensureBuilt()
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    encoding: 'utf8',
    timeout: 20_000,
    env: cleanEnvironment(options.env),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  return { code: status, stdout, stderr }
}

const running = new Set<Meridian>()

/** For `afterEach`: whatever a test started, failed or not. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(server => server.kill()))
}

process.once('exit', () => {
  for (const server of running) server.child.kill('SIGKILL')
})

export class Meridian {
  readonly dir = makeTempDir('meridian-e2e-')
  readonly zonesDir = join(this.dir, 'zones')
  readonly log: LogLine[] = []
  child!: ChildProcess
  stderr = ''
  private readonly exit: Promise<number | null>
  private exited!: (code: number | null) => void
  private unparsed = ''
  private readonly waiters = new Set<() => void>()

  /** `zones` maps file names to their text. `words` come after `serve --zones DIR`. */
  static async start(
    zones: Readonly<Record<string, string>>,
    words: readonly string[] = ['--listen', '127.0.0.1:0', '--workers', '1'],
    env: NodeJS.ProcessEnv = {},
    hasDefaultAdmin = false,
  ): Promise<Meridian> {
    const server = new Meridian()
    for (const [name, text] of Object.entries(zones)) server.write(name, text)
    // Servers of several tests at once would quarrel over the default port.
    const quiet = hasDefaultAdmin || words.includes('--admin') ? [] : ['--admin', 'off']
    server.spawn([...quiet, ...words], env)
    await server.logged(line => line.msg === 'listening')
    return server
  }

  /** One that keeps its state here, and whose operator may speak. */
  static async startOperated(
    zones: Readonly<Record<string, string>>,
    stateDir: string,
    words: readonly string[] = [],
  ): Promise<Meridian> {
    const ours = ['--listen', '127.0.0.1:0', '--workers', '1', '--state', stateDir, '--log-level', 'debug']
    const server = await Meridian.start(zones, [...ours, ...words])
    await server.logged(({ msg }) => msg === 'taking orders')
    return server
  }

  private constructor() {
    ensureBuilt()
    mkdirSync(this.zonesDir)
    this.exit = new Promise(resolve => {
      this.exited = resolve
    })
    running.add(this)
  }

  /** Writes a file below the zones folder. */
  write(name: string, text: string): void {
    const path = join(this.zonesDir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** The port of the endpoint with this index. */
  port(index = 0): number {
    const listening = this.log.find(line => line.msg === 'listening')?.['listen'] as string[]
    return Number(/:(\d+)$/.exec(listening[index]!)![1])
  }

  async ask(
    name: string,
    type: number,
    options: Partial<Question> & { tcp?: boolean; address?: string; endpoint?: number } = {},
  ): Promise<Message> {
    const { tcp = false, address = '127.0.0.1', endpoint = 0, ...question } = options
    const query = queryBytes({ id: 4711, name, type, ...question })
    const port = this.port(endpoint)
    const reply = tcp
      ? (await askTcp(port, [query], 5_000, address))[0]
      : await askUdp(port, query, 5_000, address)
    if (reply === undefined)
      throw new Error(`no reply for ${name} over ${tcp ? 'TCP' : 'UDP'} from ${address}`)
    return readMessage(reply)
  }

  /** The first address in the answer for NAME A, or the rcode when there is none. */
  async address(name: string, tcp = false): Promise<string> {
    const reply = await this.ask(name, 1, { tcp })
    const record = reply.answer.map(printRr).find(text => / A /.test(text))
    return record === undefined ? rcodeOf(reply) : record.split(' ').at(-1)!
  }

  /** Waits until the log holds such a line, from `after` on. */
  async logged(wanted: (line: LogLine) => boolean, after = 0): Promise<LogLine> {
    const gone = this.exit.then(code => {
      throw new Error(`left with code ${code}\n${this.stderr}\n${this.dump()}`)
    })
    gone.catch(() => undefined)
    for (;;) {
      const found = this.log.slice(after).find(wanted)
      if (found !== undefined) return found
      await Promise.race([gone, new Promise<void>(resolve => this.waiters.add(resolve))])
    }
  }

  /** Does something and waits for the plan that comes of it. */
  async rebuiltBy(change: () => void): Promise<LogLine> {
    const after = this.log.length
    change()
    return this.logged(line => line['generation'] !== undefined && (line['rebuilt'] as number) > 0, after)
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  /** Resolves with the exit code. */
  ended(): Promise<number | null> {
    return this.exit
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exit
    running.delete(this)
    removeTempDir(this.dir)
    rmSync(this.dir, { recursive: true, force: true })
  }

  dump(): string {
    return this.log.map(line => JSON.stringify(line)).join('\n')
  }

  private spawn(words: readonly string[], env: NodeJS.ProcessEnv): void {
    this.child = spawn(process.execPath, [MAIN, 'serve', '--zones', this.zonesDir, ...words], {
      cwd: this.dir,
      env: cleanEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.read(text))
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.child.once('close', code => this.exited(code))
  }

  private read(text: string): void {
    const lines = (this.unparsed + text).split('\n')
    this.unparsed = lines.pop()!
    for (const line of lines) this.log.push(JSON.parse(line) as LogLine)
    for (const wake of this.waiters) wake()
    this.waiters.clear()
  }
}

export function rcodeOf(reply: Message): string {
  return RCODES[reply.rcode] ?? `RCODE${reply.rcode}`
}

/** The TXT strings of a name, unquoted. */
export async function strings(server: Meridian, name: string): Promise<string[]> {
  const { answer } = await server.ask(name, 16, { tcp: true })
  return answer.flatMap(({ rdata }) => {
    const found: string[] = []
    for (let at = 0; at < rdata.length; at += 1 + rdata[at]!)
      found.push(rdata.toString('latin1', at + 1, at + 1 + rdata[at]!))
    return found
  })
}
