/** The built program, made fresh when the source is newer: workers start from files, and Node 20 runs no
 *  TypeScript. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../house/source.ts'

export const MAIN = join(ROOT, 'dist', 'main.js')

let checked = false

export function ensureBuilt(): void {
  if (checked) return
  checked = true
  if (existsSync(MAIN) && newest('src') <= newest('dist')) return
  const { stdout } = spawnSync('npm', ['run', '--silent', 'prepare'], { cwd: ROOT, encoding: 'utf8' })
  if (!existsSync(MAIN)) throw new Error(`cannot build dist/: ${stdout}`)
}

function newest(folder: string): number {
  const times = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
    name => statSync(join(ROOT, folder, name)).mtimeMs,
  )
  return Math.max(0, ...times)
}
