/** A throwaway root with its own systemd as its first process, and its own processes, network and control groups: a
 *  small machine. Needs more of the kernel than a chroot; where it does not come up, it says why. Knows nothing of what
 *  runs on it. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Daemon, processTree, startDaemon } from '../tools/process.ts'
import { INSIDE_ENVIRONMENT, ThrowawayRoot } from './throwaway-root.ts'

const START_LIMIT_MS = 30_000
const LOOK_MS = 100
const LEAVING_TRIES = 50

/** Hierarchies in which systemd keeps its groups: the one of today, or beside it those of before. */
const HIERARCHIES = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].filter(path =>
  existsSync(join(path, 'cgroup.procs')),
)

/** `$0` is the root. What is mounted is mounted for this one only. */
const BOOT = `
set -e
mount --bind "$0" "$0"
mount -t proc proc "$0/proc"
mount -t sysfs -o ro sysfs "$0/sys"
mount -t tmpfs tmpfs "$0/run"
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
  mount -t cgroup2 cgroup2 "$0/sys/fs/cgroup"
else
  mount -t tmpfs tmpfs "$0/sys/fs/cgroup"
  mkdir "$0/sys/fs/cgroup/systemd" "$0/sys/fs/cgroup/unified"
  mount -t cgroup -o none,name=systemd cgroup "$0/sys/fs/cgroup/systemd"
  mount -t cgroup2 cgroup2 "$0/sys/fs/cgroup/unified" || rmdir "$0/sys/fs/cgroup/unified"
fi
ip link set lo up
mkdir -p "$0/old"
cd "$0"
pivot_root . old
umount -l /old
exec /lib/systemd/systemd --log-target=console --show-status=0
`

export class BootedRoot {
  readonly root: ThrowawayRoot
  readonly #daemon: Daemon
  readonly #group: string

  /** Or, as text, why it does not come up. */
  static async boot(context: Mocha.Context): Promise<BootedRoot | string> {
    const root = await ThrowawayRoot.make(context, ['systemd'])
    const group = `meridian-test-${process.pid}`
    // Groups of its own below ours, which it takes for the topmost ones.
    const enter = HIERARCHIES.map(path => `mkdir ${path}/${group} && echo $$ >${path}/${group}/cgroup.procs`)
    const spaces = ['mount', 'pid', 'net', 'uts', 'ipc', 'cgroup'].map(space => `--${space}`)
    const start = `exec unshare ${spaces.join(' ')} --fork --kill-child sh -c "$1" "$0"`
    try {
      const daemon = await startDaemon({
        command: 'sh',
        args: ['-ec', [...enter, start].join('\n'), root.dir, BOOT],
        env: { ...INSIDE_ENVIRONMENT, container: 'meridian-test' },
        cwd: '/',
        ready: async () => existsSync(join(root.dir, 'usr')),
      })
      const booted = new BootedRoot(root, daemon, group)
      const failure = await booted.#comesUp()
      if (failure === undefined) return booted
      await booted.stop()
      return failure
    } catch (error) {
      root.remove()
      return (error as Error).message
    }
  }

  private constructor(root: ThrowawayRoot, daemon: Daemon, group: string) {
    this.root = root
    this.#daemon = daemon
    this.#group = group
  }

  /** Runs a command on the machine, as root. */
  run(...command: string[]): SpawnSyncReturns<string> {
    const init = processTree(this.#daemon.pid)[1]
    const spaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--root', '--wd']
    return spawnSync('nsenter', [`--target=${init}`, ...spaces, ...command], {
      encoding: 'utf8',
      env: INSIDE_ENVIRONMENT,
      cwd: '/',
    })
  }

  async stop(): Promise<void> {
    await this.#daemon.stop(0)
    for (const hierarchy of HIERARCHIES) await removeGroups(join(hierarchy, this.#group))
    this.root.remove()
  }

  async #comesUp(): Promise<string | undefined> {
    const deadline = performance.now() + START_LIMIT_MS
    while (performance.now() < deadline) {
      if (this.#daemon.child.exitCode !== null) return `systemd left: ${this.#lastWords()}`
      const { stdout } = this.run('systemctl', 'is-system-running')
      if (/^(?:running|degraded)$/m.test(stdout)) return undefined
      await sleep(LOOK_MS)
    }
    return `systemd did not come up: ${this.#lastWords()}`
  }

  #lastWords(): string {
    return this.#daemon.output().trim().split('\n').slice(-3).join('; ')
  }
}

/** A group can go once everybody in it has, which takes the kernel a moment. */
async function removeGroups(path: string): Promise<void> {
  if (!existsSync(path)) return
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) await removeGroups(join(path, entry.name))
  for (let tries = 0; tries < LEAVING_TRIES; tries++) {
    try {
      return rmdirSync(path)
    } catch {
      await sleep(LOOK_MS)
    }
  }
}
