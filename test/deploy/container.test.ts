/** The container image, made without Docker: the Dockerfile's own steps are carried out in folders, its last stage in
 *  a throwaway Debian, and what comes of it serves there as it would in a container: its own user, one right, nothing
 *  writable but the state folder. */

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { validate } from 'dockerfile-utils'
import { ROOT } from '../house/source.ts'
import { type Daemon, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'
import { carryOut, readIgnore, readStages, type Stage, type Workshop } from './dockerfile.ts'
import { INSIDE_ENVIRONMENT, noThrowawayRoot, ThrowawayRoot, writeInside } from './throwaway-root.ts'

const DOCKERFILE = join(ROOT, 'deploy', 'container', 'Dockerfile')
const { stages } = readStages(DOCKERFILE)
const last = stages.at(-1)!

function stage(name: string): Stage {
  return stages.find(each => each.name === name)!
}

function words(of: Stage, word: string): string[] {
  return of.instructions.filter(each => each.word === word).map(({ rest }) => rest)
}

/** Unpacking hundreds of megabytes on a busy machine. */
const PATIENCE_MS = 180_000

describe('the Dockerfile', () => {
  it('is accepted by dockerfile-utils', () => {
    const complaints = validate(readFileSync(DOCKERFILE, 'utf8')).map(
      ({ message, range }) => `${range.start.line + 1}: ${message}`,
    )
    expect(complaints).to.deep.equal([])
  })

  it('ends in a stage that neither builds nor runs as root', () => {
    expect(stages.map(({ name }) => name)).to.deep.equal(['build', 'dependencies', 'node', ''])
    expect(words(last, 'RUN').join()).to.not.match(/\bnpm\b|apt-get/)
    expect(words(last, 'USER')).to.deep.equal(['53530:53530'])
    expect(words(last, 'VOLUME')).to.deep.equal(['/var/lib/meridian'])
    expect(words(last, 'EXPOSE')).to.deep.equal(['53/udp 53/tcp'])
  })

  it('pins its base images to a release', () => {
    const bases = [
      ...stages.map(({ base }) => base),
      ...readStages(DOCKERFILE).globals.map(({ rest }) => rest),
    ]
    for (const base of bases)
      expect(base).to.match(/^\$\{NODE\}$|^NODE=node:\d+-bookworm-slim$|^debian:bookworm-slim$/)
  })
})

describe('the image', () => {
  const dirs: string[] = []
  let root: ThrowawayRoot
  let server: Daemon
  let dig: string

  before(async function () {
    this.timeout(PATIENCE_MS)
    const reason = noThrowawayRoot()
    if (reason !== undefined) skipWithReason(this, reason)
    dig = await tool('dig', this)
    root = await ThrowawayRoot.make(this)
    assemble(root, dirs)
    writeInside(root, {
      'etc/meridian/zones/shop.test.zone':
        '$TTL 300\n@ IN SOA ns1 hostmaster 1 2h 30m 14d 60\n@ IN NS ns1\nns1 IN A 192.0.2.53\nwww IN A 192.0.2.1\n',
    })
    const [command, ...args] = root.inside(
      [...TELLING_ITS_PID, ...asAContainerDoes(), ...startCommand()],
      READ_ONLY,
    )
    server = await startDaemon({
      command: command!,
      args,
      cwd: '/',
      env: containerEnvironment(),
      ready: async () => existsSync(join(PIDS, 'pid')) && ask('@127.0.0.1', 'www.shop.test') === '192.0.2.1',
    })
  })

  after(async () => {
    await server?.stop(0)
    if (root !== undefined) root.remove()
    for (const dir of dirs) removeTempDir(dir)
    rmSync(PIDS, { recursive: true, force: true })
  })

  const PIDS = makeTempDir('meridian-pid-')
  const TELLING_ITS_PID = ['sh', '-c', 'echo $$ >/mnt/pid && exec "$@"', '-']
  const READ_ONLY = [
    'mount --bind "$0" "$0"',
    'mount -o remount,bind,ro "$0"',
    'mount -t tmpfs -o uid=53530,gid=53530,mode=750 tmpfs "$0/var/lib/meridian"',
    `mount --bind "${PIDS}" "$0/mnt"`,
  ]
  const pid = (): string => readFileSync(join(PIDS, 'pid'), 'utf8').trim()
  const into = (...command: string[]): ReturnType<typeof spawnSync> & { stdout: string } =>
    spawnSync('nsenter', [`--target=${pid()}`, '--net', ...command], {
      encoding: 'utf8',
      env: containerEnvironment(),
    })
  const ask = (...asked: string[]): string =>
    into(dig, '+time=2', '+tries=1', '+short', ...asked).stdout.trim()

  it('answers on port 53, over UDP and TCP, with its root file system read-only', () => {
    expect(ask('@127.0.0.1', 'www.shop.test')).to.equal('192.0.2.1')
    expect(ask('@127.0.0.1', '+tcp', 'www.shop.test')).to.equal('192.0.2.1')
    const mounts = readFileSync(`/proc/${pid()}/mounts`, 'utf8')
    expect(mounts).to.match(/^\S+ \/ \S+ ro[, ]/m)
    const status = readFileSync(`/proc/${pid()}/status`, 'utf8')
    expect(status).to.match(/^Uid:\s+53530\s/m)
    expect(status).to.match(/^CapEff:\s+0000000000000400$/m)
  })

  it('is healthy by its own HEALTHCHECK, which can also say no', () => {
    const [, check] = /CMD (\[.*\])$/.exec(words(last, 'HEALTHCHECK')[0]!)!
    const [program, ...args] = JSON.parse(check!) as string[]
    const healthy = (): number | null => into('chroot', root.dir, program!, ...args).status
    expect(healthy()).to.equal(0)
    expect(into('chroot', root.dir, program!, ...args, '/nothing').status).to.equal(1)
  })

  it('offers the command `meridian`', () => {
    expect(root.run('meridian', '--version').stdout).to.match(/^\d+\.\d+\.\d+\n$/)
  })

  it('holds no development tools, sources or tests', () => {
    const there = ['src', 'test', 'node_modules/typescript', 'node_modules/mocha', 'node_modules/.bin/tsc']
    expect(there.filter(path => existsSync(root.path(join('app', path))))).to.deep.equal([])
  })
})

/** Every stage in a folder of its own, the last one in the throwaway root. */
function assemble(root: ThrowawayRoot, dirs: string[]): void {
  const made = new Map<string, string>()
  const workshop: Workshop = {
    context: ROOT,
    sent: readIgnore(readFileSync(join(ROOT, '.dockerignore'), 'utf8')),
    made,
  }
  for (const name of ['build', 'dependencies', 'node']) {
    const dir = makeTempDir(`meridian-${name}-`)
    dirs.push(dir)
    made.set(name, dir)
    // The base image brings Node, and this stage gives it a right: here the test's own Node is taken.
    if (name === 'node') bringNode(dir)
    else carryOut(stage(name), dir, workshop)
  }
  for (const command of words(last, 'RUN')) {
    const { status, stderr } = root.run('sh', '-ec', command)
    expect(status, `${command}: ${stderr}`).to.equal(0)
  }
  carryOut(last, root.dir, workshop, () => true)
}

function bringNode(dir: string): void {
  const path = join(dir, 'usr/local/bin/node')
  mkdirSync(dirname(path), { recursive: true })
  cpSync(process.execPath, path)
}

function startCommand(): string[] {
  const [entry] = words(last, 'ENTRYPOINT')
  const [command] = words(last, 'CMD')
  return [...(JSON.parse(entry!) as string[]), ...(JSON.parse(command!) as string[])]
}

function containerEnvironment(): NodeJS.ProcessEnv {
  const pairs = words(last, 'ENV')
    .flatMap(rest => rest.split(' '))
    .map(pair => pair.split('=') as [string, string])
  return { ...INSIDE_ENVIRONMENT, ...Object.fromEntries(pairs) }
}

/** What a container engine does for `USER` and `--cap-drop ALL --cap-add NET_BIND_SERVICE`. */
function asAContainerDoes(): string[] {
  const [uid, gid] = words(last, 'USER')[0]!.split(':')
  const right = '-all,+net_bind_service'
  return [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${right}`,
    `--ambient-caps=${right}`,
    `--bounding-set=${right}`,
    '--no-new-privs',
  ]
}
