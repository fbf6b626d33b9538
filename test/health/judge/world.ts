/** A book of health in a temporary folder, with a clock that the test turns, and everything it said written down. */

import { HealthBook, type HealthChange, type HealthDoubt } from '../../../src/health/judge/book.ts'
import type {
  CheckSpec,
  HealthLimits,
  HealthTarget,
  RegionSpec,
  Sample,
} from '../../../src/health/judge/spec.ts'
import type { MemoryFile } from '../../../src/health/memory/memory-file.ts'
import type { Recollection } from '../../../src/health/memory/recollection.ts'
import { OverrideStore } from '../../../src/health/overrides/store.ts'
import { makeTempDir, removeTempDir } from '../../tools/process.ts'

export const ZONE = 'classroom.example'
export const NAME = 'live.classroom.example'

/** The wall clock shows this when the monotonic one shows 0. */
export const WALL_START_MS = 1_800_000_000_000

export const LIVE: CheckSpec = {
  name: 'live',
  kind: 'consul',
  intervalMs: 5000,
  timeoutMs: 2000,
  fall: 3,
  rise: 2,
}
export const EDGE: CheckSpec = {
  name: 'edge',
  kind: 'https',
  intervalMs: 5000,
  timeoutMs: 2000,
  fall: 3,
  rise: 2,
}

export function target(
  regions: readonly (string | RegionSpec)[],
  checks: readonly CheckSpec[],
  settings: Partial<HealthTarget> = {},
): HealthTarget {
  const specs = regions.map(region => (typeof region === 'string' ? { name: region, addresses: [] } : region))
  return { zone: ZONE, name: NAME, regions: specs, checks, threshold: 0, ...settings }
}

export interface WorldOptions {
  readonly limits?: Partial<HealthLimits>
  readonly memory?: MemoryFile
  readonly recollection?: Recollection | undefined
  readonly startMs?: number
}

export class World {
  readonly dir = makeTempDir('meridian-health-')
  readonly changes: HealthChange[] = []
  readonly doubts: HealthDoubt[] = []
  moves = 0
  readonly book: HealthBook
  nowMs: number

  constructor(options: WorldOptions = {}) {
    const { startMs = 0, ...rest } = options
    this.nowMs = startMs
    const { store } = OverrideStore.open(this.dir, 'ns1', this.wallMs())
    this.book = new HealthBook({
      wallClock: () => this.wallMs(),
      overrides: store,
      listener: {
        changed: change => this.changes.push(change),
        doubt: doubt => this.doubts.push(doubt),
        moved: () => this.moves++,
      },
      ...rest,
    })
  }

  wallMs(): number {
    return WALL_START_MS + this.nowMs
  }

  /** Lets time pass, in the steps in which the book is ticked. */
  pass(ms: number, stepMs = 1000): void {
    const endMs = this.nowMs + ms
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + stepMs)
      this.book.tick(this.nowMs)
    }
  }

  /** `euc1 edge 192.0.2.1`, or without an address for the region as a whole. */
  say(text: string, ok: boolean, more: Partial<Sample> = {}): number {
    const [region = '', check = '', address = ''] = text.split(' ')
    const source = more.source ?? (check === 'live' ? `consul:${region}` : 'probe')
    const detail = ok ? 'ok' : 'timeout'
    const subject = { zone: ZONE, region, check, address }
    return this.book.sample([{ subject, source, ok, detail, atMs: this.nowMs, ...more }], this.nowMs)
  }

  heard(...channels: string[]): void {
    const views = channels.map(channel => ({ channel, heardMs: this.nowMs, reachable: true }))
    this.book.view(views, this.nowMs)
  }

  states(): string {
    return this.book
      .regions(ZONE, NAME)!
      .map(({ region, state }) => `${region}:${state}`)
      .join(' ')
  }

  region(name: string) {
    const view = this.book.regions(ZONE, NAME)!.find(({ region }) => region === name)
    if (view === undefined) throw new Error(`no region ${name}`)
    return view
  }

  lines(): string[] {
    return this.book.lines(ZONE, NAME, this.nowMs)!
  }

  close(): void {
    void this.book.overrides.close().then(() => removeTempDir(this.dir))
  }
}

/** Gives each test its world and cleans up after it. */
export function withWorld(
  use: (world: World) => void | Promise<void>,
  options?: WorldOptions,
): () => Promise<void> {
  return async () => {
    const world = new World(options)
    try {
      await use(world)
    } finally {
      world.close()
    }
  }
}
