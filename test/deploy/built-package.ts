/** The Debian package, built once for all tests of a run, and put into throwaway roots. */

import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../house/source.ts'
import { ensureBuilt } from '../server/built.ts'
import { makeTempDir } from '../tools/process.ts'
import type { ThrowawayRoot } from './throwaway-root.ts'

let built: string | undefined

export function builtPackage(): string {
  if (built !== undefined) return built
  ensureBuilt()
  const script = join(ROOT, 'deploy', 'debian', 'build.sh')
  const out = makeTempDir('meridian-deb-')
  const { status, stdout, stderr } = spawnSync(script, ['--fast', '--out', out], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`build.sh: ${stderr}`)
  built = stdout.trim()
  return built
}

/** By dpkg, settings that were changed being kept. */
export function installInto(root: ThrowawayRoot, deb: string, run = root.run.bind(root)): void {
  copyFileSync(deb, root.path('package.deb'))
  // Nobody needs what is in there to outlive a loss of power.
  const { status, stdout, stderr } = run('dpkg', '--force-confold,unsafe-io', '-i', '/package.deb')
  rmSync(root.path('package.deb'))
  if (status !== 0) throw new Error(`dpkg -i: ${stdout}${stderr}`)
}
