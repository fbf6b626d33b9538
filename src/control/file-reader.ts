/** Reads the files a zone touches, each once, and remembers what it saw: a stamp to notice a change
 *  cheaply and a digest to be sure of it. Knows nothing of zones. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** What a file looked like when a zone was built from it. */
export interface SeenFile {
  readonly path: string
  /** Changes whenever the file may have changed; see `fileStamp`. */
  readonly stamp: string
  /** SHA-256 of the content; of nothing when it could not be read. */
  readonly digest: string
}

export const ABSENT = 'absent'

/** Inode, size and both times. A symbolic link is followed, so a swap of Kubernetes' `..data` shows; the
 *  change time shows even a write that restores size and modification time. */
export function fileStamp(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat === undefined ? ABSENT : `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`
  } catch {
    return ABSENT
  }
}

interface ReadFile extends SeenFile {
  readonly bytes: Uint8Array
  readonly failure: Error | undefined
}

export class FileReader {
  private readonly read = new Map<string, ReadFile>()
  private seen = new Map<string, SeenFile>()

  /** Starts the list of files of the next zone and lets go of the last one's content. */
  begin(): void {
    this.read.clear()
    this.seen = new Map()
  }

  /** The files touched since `begin`, also those that are missing: their arrival is a change too. */
  touched(): readonly SeenFile[] {
    return [...this.seen.values()]
  }

  /** The content, or the system's error when it cannot be read. */
  readonly bytes = (path: string): Uint8Array | Error => {
    const file = this.load(path)
    this.seen.set(path, { path, stamp: file.stamp, digest: file.digest })
    return file.failure ?? file.bytes
  }

  digest(path: string): string {
    return this.load(path).digest
  }

  stamp(path: string): string {
    return this.load(path).stamp
  }

  private load(path: string): ReadFile {
    const known = this.read.get(path)
    if (known !== undefined) return known
    // The stamp is taken first: a write between the two makes it too old, and an old stamp only costs
    // another look.
    const stamp = fileStamp(path)
    const file = { path, stamp, ...contentOf(path) }
    this.read.set(path, file)
    return file
  }
}

function contentOf(path: string): Pick<ReadFile, 'bytes' | 'digest' | 'failure'> {
  try {
    const bytes = readFileSync(path)
    return { bytes, digest: createHash('sha256').update(bytes).digest('base64'), failure: undefined }
  } catch (failure) {
    return { bytes: new Uint8Array(0), digest: ABSENT, failure: failure as Error }
  }
}
