/** Where the outside programs are that tests use as oracles and rivals. Knows nothing of what they are for. */

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Daemons live in sbin, which is not on everybody's PATH. */
const MORE_PATH = ['/usr/sbin', '/usr/local/sbin', '/sbin']

export function onPath(name: string): string | undefined {
  for (const dir of [...(process.env['PATH'] ?? '').split(delimiter), ...MORE_PATH]) {
    if (dir === '') continue
    const path = join(dir, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return undefined
}

/** The absolute path of a program. */
export async function tool(name: string): Promise<string> {
  const path = onPath(name)
  if (path === undefined) throw new Error(`${name} is not on this machine`)
  return path
}
