/** Files that outlive `kill -9` and a power cut: written aside, flushed, renamed, the folder flushed. A disk may take
 *  its time, and nobody who judges waits for it. Rejects with the system's own errors. Knows nothing of what is in the
 *  files. */

import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { flushFolderSoon } from '../../base/flush-folder.ts'

/** Whole or not at all. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // One name for all: what a killed process left half written, the next one writes over.
  const aside = `${path}.tmp`
  try {
    const file = await open(aside, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
  await flushFolderSoon(dirname(path))
}

/** A file that only grows. One call at a time. */
export class Journal {
  private readonly file: FileHandle

  static async open(path: string): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600)
    await flushFolderSoon(dirname(path))
    return new Journal(file)
  }

  private constructor(file: FileHandle) {
    this.file = file
  }

  /** On the disk when this resolves. */
  async append(text: string): Promise<void> {
    await this.file.appendFile(text)
    await this.file.sync()
  }

  async empty(): Promise<void> {
    await this.file.truncate(0)
    await this.file.sync()
  }

  close(): Promise<void> {
    return this.file.close()
  }
}
