/** A small Debian of its own in a temporary folder, into which packages are installed as on a real host, and programs
 *  that run inside it: their own network (so that port 53 is free), their own mounts, no right but those asked for.
 *  The base is made once and kept under .cache. Knows nothing of what is installed. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../house/source.ts'
import { archiveOfHere } from '../tools/debian.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'

const CACHE = join(ROOT, '.cache')
/** Beside what every Debian has. */
const MORE_PACKAGES = ['passwd', 'libstdc++6']

/** Why there can be none here; undefined when it can. */
export function noThrowawayRoot(): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} is no Linux`
  if (process.getuid?.() !== 0) return 'a throwaway root needs root'
  const probe = spawnSync('unshare', ['--mount', '--net', 'true'], { encoding: 'utf8' })
  return probe.status === 0 ? undefined : `the kernel allows no namespaces here: ${probe.stderr.trim()}`
}

export class ThrowawayRoot {
  readonly dir = makeTempDir('meridian-root-')

  /** `more` packages are part of its base. */
  static async make(context: Mocha.Context, more: readonly string[] = []): Promise<ThrowawayRoot> {
    const base = await baseArchive(context, more)
    const root = new ThrowawayRoot()
    const unpacked = spawnSync('tar', ['-xpf', base, '-C', root.dir, '--numeric-owner'], { encoding: 'utf8' })
    if (unpacked.status !== 0) throw new Error(`cannot unpack ${base}: ${unpacked.stderr}`)
    return root
  }

  private constructor() {}

  path(inside: string): string {
    return join(this.dir, inside)
  }

  /** Runs a command inside, as root. */
  run(...command: string[]): SpawnSyncReturns<string> {
    const [program, ...args] = this.inside(command)
    return spawnSync(program!, args, { encoding: 'utf8', env: INSIDE_ENVIRONMENT, cwd: '/' })
  }

  /** A command line that runs `command` inside, on a network of its own. `mounts` are more steps of a shell before
   *  that, to which `$0` is this folder. */
  inside(command: readonly string[], mounts: readonly string[] = []): string[] {
    const steps = ['ip link set lo up', ...mounts, 'mount -t proc proc "$0/proc"', 'exec chroot "$0" "$@"']
    return ['unshare', '--mount', '--net', 'sh', '-c', steps.join(' && '), this.dir, ...command]
  }

  /** Everything there is, without what packages leave in passing. */
  listing(): string[] {
    const words = [this.dir, '-mindepth', '1', '-printf', '%y %m %u:%g %P %l\\n']
    const { stdout } = spawnSync('find', words, { encoding: 'utf8', maxBuffer: 1 << 26 })
    return stdout
      .split('\n')
      .filter(line => !/ (?:proc|var\/lib\/dpkg\/|var\/log\/|etc\/[\w-]+- |var\/cache\/ldconfig)/.test(line))
      .sort()
  }

  remove(): void {
    removeTempDir(this.dir)
  }
}

export const INSIDE_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  DEBIAN_FRONTEND: 'noninteractive',
}

async function baseArchive(context: Mocha.Context, more: readonly string[]): Promise<string> {
  const { roots, suite } = archiveOfHere()
  const path = join(CACHE, `${['debian-root', suite, process.arch, ...more].join('-')}.tar`)
  if (existsSync(path)) return path
  const program = await tool('mmdebstrap', context)
  mkdirSync(CACHE, { recursive: true })
  const work = makeTempDir()
  // Its suffix tells mmdebstrap the format.
  const half = join(work, 'half.tar')
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const trust = existsSync(keyring) ? `[signed-by=${keyring}] ` : ''
  const sources = roots.map(root => `deb ${trust}${root} ${suite} main`)
  const words = [
    '--quiet',
    '--variant=essential',
    `--include=${[...MORE_PACKAGES, ...more]}`,
    suite,
    half,
    ...sources,
  ]
  const made = spawnSync(program, words, { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`mmdebstrap: ${made.stderr}`)
  moveInto(half, path)
  removeTempDir(work)
  return path
}

/** Whole or not at all, also between file systems. */
function moveInto(from: string, to: string): void {
  const beside = `${to}.${process.pid}`
  const copied = spawnSync('cp', [from, beside], { encoding: 'utf8' })
  if (copied.status !== 0) throw new Error(copied.stderr)
  renameSync(beside, to)
}

/** Files by path inside, with their folders. */
export function writeInside(root: ThrowawayRoot, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root.path(path), '..'), { recursive: true })
    writeFileSync(root.path(path), text)
  }
}
