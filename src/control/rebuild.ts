/** When to build, and what becomes of a build: builds never overlap, a wish during a build causes one
 *  more, and a failed build changes nothing. Knows nothing of threads, sockets or logs. */
import type { Problem } from '../base/problem.ts'
import type { GeoSettings } from '../geo/build.ts'
import type { BuildRequest, BuildResult, BuiltZone } from './build.ts'
import type { Build, BuildFailure } from './builder.ts'
import type { GeoState } from './geo-desk.ts'
import type { Publisher } from './publish.ts'

export interface RebuildEvents {
  /** These zones are about to be served: their boards are written before anybody reads them. True when they had
   *  better be built once more first, for now more is known. */
  publishing?(zones: readonly BuiltZone[]): Promise<boolean>
  /** A build is whole and, if anything changed, published. `causes` is why it was made. */
  built(
    result: BuildResult,
    removed: readonly BuiltZone[],
    generation: number,
    elapsedMs: number,
    causes: readonly string[],
  ): void
  /** The zones folder could not be read; what was served is served. Told once for the same reason. */
  failed(failure: BuildFailure): void
}

export class Rebuilder {
  private readonly zonesDir: string
  private readonly geo: GeoSettings
  private readonly run: Build
  private readonly publisher: Publisher
  private readonly events: RebuildEvents
  private readonly roster: () => BuildRequest['roster']
  private built: readonly BuiltZone[] = []
  /** Of builds that were not published but made once more, what is yet to be told. */
  private untold: { rebuilt: readonly string[]; removed: readonly BuiltZone[] } = { rebuilt: [], removed: [] }
  private geoState: GeoState | undefined
  private folderProblems: readonly Problem[] = []
  private lastFailure = ''
  private builds = 0
  /** Nothing was published yet, not even an empty folder. */
  private publishedNames: string | undefined
  private wished: 'no' | 'build' | 'force' = 'no'
  /** Of the builds that are wished for, and of those that are yet to be told. */
  private readonly causes = new Set<string>()
  private running: Promise<void> | undefined

  constructor(options: {
    readonly zonesDir: string
    readonly geo: GeoSettings
    readonly build: Build
    readonly publisher: Publisher
    readonly events: RebuildEvents
    /** Whose addresses CONSUL records have now. */
    readonly roster?: () => BuildRequest['roster']
  }) {
    this.zonesDir = options.zonesDir
    this.geo = options.geo
    this.run = options.build
    this.publisher = options.publisher
    this.events = options.events
    this.roster = options.roster ?? (() => undefined)
  }

  /** Every zone as the last build left it. */
  get zones(): readonly BuiltZone[] {
    return this.built
  }

  /** The geo table of the zones that steer; undefined when none does. */
  get geoOfNow(): GeoState | undefined {
    return this.geoState
  }

  /** What the last build had to say about the folder. */
  get problems(): readonly Problem[] {
    return this.folderProblems
  }

  /** Resolves when a build that began after this call is done. */
  request(force: boolean, cause: string): Promise<void> {
    this.causes.add(cause)
    if (force || this.wished === 'no') this.wished = force ? 'force' : 'build'
    this.running ??= this.buildWhileWished()
    return this.running
  }

  private async buildWhileWished(): Promise<void> {
    while (this.wished !== 'no') {
      const force = this.wished === 'force'
      this.wished = 'no'
      await this.buildOnce(force)
    }
    this.running = undefined
  }

  private async buildOnce(force: boolean): Promise<void> {
    const causes = [...this.causes]
    this.causes.clear()
    const request = {
      zonesDir: this.zonesDir,
      // What boards are written by stays here: it can be large, and the builder has no use for it.
      previous: this.built.map(zone => ({ ...zone, steered: undefined })),
      build: ++this.builds,
      force,
      geo: this.geo,
      previousGeo: this.geoState,
      roster: this.roster(),
    }
    const reply = await this.run(request)
    if ('failure' in reply) {
      if (reply.failure.text !== this.lastFailure) this.events.failed(reply.failure)
      this.lastFailure = reply.failure.text
      return
    }
    this.lastFailure = ''
    const { problems } = reply.result
    const zones = this.withSteered(reply.result.zones)
    const paths = new Set(zones.map(zone => zone.path))
    const removed = [...this.untold.removed, ...this.built.filter(({ path }) => !paths.has(path))]
    const rebuilt = [...new Set([...this.untold.rebuilt, ...reply.result.rebuilt])]
    this.untold = { rebuilt: [], removed: [] }
    const served = zones.filter(zone => zone.served)
    const names = imageNames(served)
    this.geoState = reply.result.geo
    if (names !== this.publishedNames) {
      if ((await this.events.publishing?.(served)) === true) {
        this.built = zones
        this.untold = { rebuilt, removed }
        for (const cause of causes) this.causes.add(cause)
        if (this.wished === 'no') this.wished = 'build'
        return
      }
      this.publisher.publish(served.map(zone => zone.part))
    }
    this.publishedNames = names
    this.built = zones
    this.folderProblems = problems
    const result = { ...reply.result, zones, rebuilt }
    this.events.built(result, removed, this.publisher.plan.generation, reply.elapsedMs, causes)
  }

  /** A zone that was not built anew comes back without what its board is written by. */
  private withSteered(zones: readonly BuiltZone[]): BuiltZone[] {
    const before = new Map(this.built.map(zone => [zone.path, zone]))
    return zones.map(zone => {
      const same = before.get(zone.path)
      return zone.steered === undefined && same?.builtAt === zone.builtAt
        ? { ...zone, steered: same.steered }
        : zone
    })
  }
}

/** Images cross to the builder and back as other objects over the same memory, so they are told apart by
 *  where they come from. */
function imageNames(zones: readonly BuiltZone[]): string {
  return zones.map(({ path, builtAt }) => `${path}@${builtAt}`).join('\n')
}
