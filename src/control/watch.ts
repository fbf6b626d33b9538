/** Notices that a file which matters may have changed. Directories are watched, not files, because editors
 *  and Kubernetes replace files by renaming; a slow poll catches what the system does not tell. Whether a
 *  change is real is for the build to find out. Knows nothing of zones. */
import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileStamp, type SeenFile } from './file-reader.ts'
import { zoneListing } from './zone-folder.ts'

export interface WatchTimes {
  /** This long nothing more must happen before a change is reported: a half-written file is no zone. */
  readonly quietMs: number
  /** A folder that never falls quiet is reported after this long all the same. */
  readonly patienceMs: number
  readonly pollMs: number
}

export const WATCH_TIMES: WatchTimes = { quietMs: 100, patienceMs: 2_000, pollMs: 10_000 }

export interface WatchEvents {
  changed(): void
  /** A directory cannot be watched (gone, or no inotify watches left); the poll still sees it. */
  blind(directory: string, reason: string): void
}

/** What is being looked at: the result of a build says. */
export interface Watched {
  readonly files: readonly SeenFile[]
  readonly directories: readonly string[]
  readonly listing: string
}

export class FolderWatch {
  private readonly zonesDir: string
  private readonly events: WatchEvents
  private readonly times: WatchTimes
  private readonly watchers = new Map<string, FSWatcher>()
  private wanted: ReadonlySet<string> = new Set()
  private readonly blind = new Set<string>()
  private files: readonly SeenFile[] = []
  private listing = ''
  private quietTimer: NodeJS.Timeout | undefined
  private patienceTimer: NodeJS.Timeout | undefined
  private readonly pollTimer: NodeJS.Timeout

  constructor(zonesDir: string, events: WatchEvents, times: WatchTimes = WATCH_TIMES) {
    this.zonesDir = zonesDir
    this.events = events
    this.times = times
    this.pollTimer = setInterval(() => this.look(), times.pollMs)
  }

  /** To be called with what each build saw. A change since then is reported, so none falls between. */
  watch({ files, directories, listing }: Watched): void {
    this.files = files
    this.listing = listing
    // The folder's parent tells when the folder itself is replaced.
    this.wanted = new Set([dirname(resolve(this.zonesDir)), ...directories.map(path => resolve(path))])
    for (const directory of this.watchers.keys()) if (!this.wanted.has(directory)) this.drop(directory)
    this.stir()
  }

  close(): void {
    clearInterval(this.pollTimer)
    clearTimeout(this.quietTimer)
    clearTimeout(this.patienceTimer)
    this.wanted = new Set()
    for (const watcher of this.watchers.values()) watcher.close()
    this.watchers.clear()
  }

  private open(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false })
      this.watchers.set(directory, watcher)
      this.blind.delete(directory)
      watcher.on('error', error => this.lose(directory, error))
      watcher.on('change', (_event, name) => {
        // A watch stays with the directory it was opened on, even when another one takes its name:
        // it is opened anew when the directory itself or its name in its parent was touched.
        if (String(name) === basename(directory)) this.drop(directory)
        this.drop(join(directory, String(name)))
        this.stir()
      })
    } catch (error) {
      this.lose(directory, error as NodeJS.ErrnoException)
    }
  }

  private lose(directory: string, error: NodeJS.ErrnoException): void {
    this.drop(directory)
    // One that is not there (yet) is no news: its parent or the poll will tell.
    if (error.code === 'ENOENT' || this.blind.has(directory)) return
    this.blind.add(directory)
    this.events.blind(directory, error.message)
  }

  private drop(directory: string): void {
    this.watchers.get(directory)?.close()
    this.watchers.delete(directory)
  }

  private stir(): void {
    clearTimeout(this.quietTimer)
    this.quietTimer = setTimeout(() => this.look(), this.times.quietMs)
    this.patienceTimer ??= setTimeout(() => this.look(), this.times.patienceMs)
  }

  private look(): void {
    clearTimeout(this.quietTimer)
    clearTimeout(this.patienceTimer)
    this.patienceTimer = undefined
    for (const directory of this.wanted) if (!this.watchers.has(directory)) this.open(directory)
    const changed =
      zoneListing(this.zonesDir) !== this.listing ||
      this.files.some(seen => fileStamp(seen.path) !== seen.stamp)
    if (changed) this.events.changed()
  }
}
