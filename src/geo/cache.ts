/** The compiled table on disk, under a hash of everything it was made from. Nothing here is needed: without the
 *  folder, or with a damaged file, the table is built again. */

import { createHash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { flushFolder } from '../base/flush-folder.ts'
import { imageFault } from './image.ts'

/** How many compiled tables stay: this one, and the one before, for whoever goes back. */
const KEPT = 2
const CHUNK_BYTES = 1 << 24
const HASHES = 'geo-sources.json'
/** A file that changed less than this before its hash was noted may change again within the same tick of the
 *  file system's clock, and look the same. */
const TICK_MS = 2_000

export function cachePath(stateDir: string, hash: string): string {
  return join(stateDir, `geo-${hash.slice(0, 32)}.bin`)
}

/** The image, or undefined when there is none, or none that is sound. */
export function readCache(path: string): SharedArrayBuffer | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const image = new SharedArrayBuffer(fstatSync(file).size)
    const octets = new Uint8Array(image)
    for (let at = 0; at < octets.length; ) {
      const count = readSync(file, octets, at, Math.min(CHUNK_BYTES, octets.length - at), at)
      if (count === 0) return undefined
      at += count
    }
    return imageFault(image) === undefined ? image : undefined
  } catch {
    return undefined
  } finally {
    closeSync(file)
  }
}

/** Whole or not at all: written aside, flushed, renamed. Returns why it could not be, if so. */
export function writeCache(path: string, image: SharedArrayBuffer): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeAside(path, new Uint8Array(image))
    dropOld(path)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function writeAside(path: string, octets: Uint8Array): void {
  const aside = `${path}.${process.pid}-${threadId}.tmp`
  try {
    const file = openSync(aside, 'w')
    try {
      for (let at = 0; at < octets.length; )
        at += writeSync(file, octets, at, Math.min(CHUNK_BYTES, octets.length - at), at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(aside, path)
    flushFolder(dirname(path))
  } finally {
    rmSync(aside, { force: true })
  }
}

function dropOld(current: string): void {
  const folder = dirname(current)
  const others = readdirSync(folder)
    .filter(name => /^geo-[0-9a-f]{32}\.bin$/.test(name))
    .map(name => join(folder, name))
    .filter(path => path !== current)
    .map(path => ({ path, changedMs: statSync(path).mtimeMs }))
    .sort((a, b) => b.changedMs - a.changedMs)
  for (const { path } of others.slice(KEPT - 1)) rmSync(path, { force: true })
}

//------------ What the sources contain ---

/** Hashes of files, remembered beside the cache under what the file system says of them: reading 150 MB only to
 *  find that nothing changed would be most of a start. */
export class SourceHashes {
  private readonly path: string | undefined
  private readonly known: Record<string, Note>
  private readonly notedMs: number
  private changed = false

  constructor(stateDir: string | undefined) {
    this.path = stateDir === undefined ? undefined : join(stateDir, HASHES)
    const { known, notedMs } = this.path === undefined ? noNotes() : readNotes(this.path)
    this.known = known
    this.notedMs = notedMs
  }

  /** Throws the system's own error when the file cannot be read. */
  of(path: string): string {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = statSync(path, { bigint: true })
    const stat = [dev, ino, size, mtimeNs, ctimeNs].join(' ')
    const noted = this.known[path]
    if (noted?.stat === stat && Number(ctimeMs) + TICK_MS < this.notedMs) return noted.hash
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
    this.known[path] = { stat, hash }
    this.changed = true
    return hash
  }

  /** Failing to note is no failure: the next start reads the files again. */
  save(): void {
    if (this.path === undefined || !this.changed) return
    try {
      mkdirSync(dirname(this.path), { recursive: true })
      const aside = `${this.path}.${process.pid}-${threadId}.tmp`
      writeFileSync(aside, `${JSON.stringify(this.known, undefined, 2)}\n`)
      renameSync(aside, this.path)
    } catch {
      return
    }
  }
}

interface Note {
  readonly stat: string
  readonly hash: string
}

function readNotes(path: string): { known: Record<string, Note>; notedMs: number } {
  try {
    const { mtimeMs } = statSync(path)
    const notes: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const isRecord = typeof notes === 'object' && notes !== null
    return isRecord ? { known: notes as Record<string, Note>, notedMs: mtimeMs } : noNotes()
  } catch {
    return noNotes()
  }
}

function noNotes(): { known: Record<string, Note>; notedMs: number } {
  return { known: {}, notedMs: 0 }
}
