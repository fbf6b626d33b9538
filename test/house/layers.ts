/** The rules of the rooms: which folder of src/ may import which, and no circles between files. Pure: files in,
 *  complaints out. Knows nothing of what the folders do. */

import { posix } from 'node:path'
import { importsOf, type SourceFile } from './source.ts'

const BELOW_SERVE = ['base', 'facts', 'wire', 'zone', 'policy', 'geo', 'health', 'plan', 'compile'] as const

/** Room → the rooms it may look into, besides itself. `src/main.ts` is the room `main`. */
export const ROOMS: Readonly<Record<string, readonly string[] | 'all'>> = {
  base: [],
  // Countries, cloud regions and the like: tables of what is known of the world.
  facts: [],
  wire: ['base'],
  zone: ['base', 'wire'],
  geo: ['base', 'facts'],
  policy: ['base', 'facts', 'wire', 'zone'],
  health: ['base'],
  plan: ['base', 'wire'],
  compile: ['base', 'facts', 'wire', 'zone', 'policy', 'geo', 'health', 'plan'],
  // What would be, in all the world: like control and cli it reads what compile makes, and never serves.
  simulate: ['base', 'facts', 'wire', 'zone', 'policy', 'geo', 'plan', 'compile'],
  serve: ['base', 'wire', 'plan'],
  observe: ['base'],
  // It starts the workers by URL and never imports them.
  control: [...BELOW_SERVE, 'observe'],
  admin: ['base', 'observe'],
  // It tries for itself what the others would do on this host, and serves nothing.
  doctor: [...BELOW_SERVE, 'serve', 'control'],
  cli: 'all',
  main: 'all',
}

export function roomOf(path: string): string {
  const [, room = ''] = path.split('/')
  return room.replace(/\.ts$/, '')
}

/** Where a relative import leads; undefined for packages and `node:`. */
export function resolveImport(from: string, target: string): string | undefined {
  return target.startsWith('.') ? posix.join(posix.dirname(from), target) : undefined
}

export function layerComplaints(files: readonly SourceFile[]): string[] {
  const complaints: string[] = []
  for (const file of files) {
    const room = roomOf(file.path)
    const allowed = ROOMS[room]
    if (allowed === undefined) {
      complaints.push(`${file.path}: there is no room \`${room}\` in the table`)
      continue
    }
    for (const { target, line } of importsOf(file.text)) {
      const complaint = judgeImport(file.path, room, allowed, target)
      if (complaint !== undefined) complaints.push(`${file.path}:${line}: ${complaint}`)
    }
  }
  return complaints
}

function judgeImport(
  path: string,
  room: string,
  allowed: readonly string[] | 'all',
  target: string,
): string | undefined {
  const resolved = resolveImport(path, target)
  if (resolved === undefined) return undefined
  if (!resolved.startsWith('src/')) return `imports ${target}, outside src/`
  if (!resolved.endsWith('.ts')) return `imports ${target} without its .ts`
  const other = roomOf(resolved)
  if (other === room || allowed === 'all' || allowed.includes(other)) return undefined
  return `${room} must not import ${other}`
}

/** Circles between files, each once, as `a → b → a`. */
export function cycleComplaints(files: readonly SourceFile[]): string[] {
  const targetsOf = new Map(
    files.map(file => [
      file.path,
      importsOf(file.text)
        .map(({ target }) => resolveImport(file.path, target))
        .filter(path => path !== undefined),
    ]),
  )
  const done = new Set<string>()
  const trail: string[] = []
  const circles: string[] = []
  const visit = (path: string): void => {
    const seenAt = trail.indexOf(path)
    if (seenAt >= 0) circles.push([...trail.slice(seenAt), path].join(' → '))
    if (seenAt >= 0 || done.has(path)) return
    trail.push(path)
    for (const target of targetsOf.get(path) ?? []) visit(target)
    trail.pop()
    done.add(path)
  }
  for (const path of targetsOf.keys()) visit(path)
  return circles
}
