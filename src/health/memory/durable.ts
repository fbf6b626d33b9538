/** Files that outlive `kill -9` and a power cut: written aside, flushed, renamed, the folder flushed. Throws the
 *  system's own errors. Knows nothing of what is in the files. */

import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Whole or not at all. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  // One name for all: what a killed process left half written, the next one writes over.
  const aside = `${path}.tmp`
  try {
    const file = openSync(aside, 'w', 0o600)
    try {
      writeAll(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(aside, path)
  } finally {
    rmSync(aside, { force: true })
  }
  flushFolder(dirname(path))
}

/** A file that only grows. */
export class Journal {
  private readonly file: number

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    this.file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600)
    flushFolder(dirname(path))
  }

  /** On the disk when this returns. */
  append(text: string): void {
    writeAll(this.file, text)
    fsyncSync(this.file)
  }

  empty(): void {
    ftruncateSync(this.file, 0)
    fsyncSync(this.file)
  }

  close(): void {
    closeSync(this.file)
  }
}

/** The rename itself must survive a power cut. Not every platform lets a folder be opened. */
export function flushFolder(folder: string): void {
  let file: number
  try {
    file = openSync(folder, 'r')
  } catch {
    return
  }
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function writeAll(file: number, text: string): void {
  const octets = Buffer.from(text)
  for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at)
}
