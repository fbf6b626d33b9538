/** A rename must itself survive a power cut, so the folder is flushed after it. Not every platform lets a folder be
 *  opened, and then nothing is done. */

import { closeSync, fsyncSync, openSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

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

export async function flushFolderSoon(folder: string): Promise<void> {
  let file: FileHandle
  try {
    file = await open(folder, 'r')
  } catch {
    return
  }
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
