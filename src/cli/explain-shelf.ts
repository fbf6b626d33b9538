/** The zones that `meridian explain` looks into, each read when a name first leads to it, and compiled so that the
 *  data plane's own code can be asked. Proves nothing: a zone that `check` refuses can still be explained. */

import { hasErrors, type Problem } from '../base/problem.ts'
import { fillBoard } from '../compile/board.ts'
import type { ClientClass, ClientClasses } from '../compile/client-classes.ts'
import { fillFollowed } from '../compile/followed.ts'
import { networkTables } from '../compile/network-tables.ts'
import { hasSteering, type SteeredPolicy, type SteeredZone, withBoard } from '../compile/steered-zone.ts'
import { compileBrokenZone, compileZone } from '../compile/zone-image.ts'
import type { ZoneFile } from '../control/zone-folder.ts'
import type { Roster } from '../health/consul/roster.ts'
import type { ZoneImage } from '../plan/image.ts'
import { Directory, type NamePath } from '../plan/lookup.ts'
import type { ZonePart } from '../plan/plan.ts'
import type { Health } from '../policy/choose.ts'
import { UNKNOWN_CLIENT } from '../policy/everyone.ts'
import { preference } from '../policy/preference.ts'
import { readPolicies } from '../policy/read.ts'
import type { Steering } from '../policy/steering.ts'
import { isWithin, printName } from '../wire/name.ts'
import { loadZone } from '../zone/load.ts'
import type { Zone } from '../zone/zone.ts'

export interface ShelvedZone {
  readonly path: string
  /** Presentation form with a final dot. */
  readonly name: string
  /** Absent when it has errors. */
  readonly zone: Zone | undefined
  readonly problems: readonly Problem[]
  readonly steered: SteeredZone
  readonly part: ZonePart
}

export class Shelf {
  /** Whose addresses CONSUL records have. */
  readonly roster: Roster
  private unread: readonly ZoneFile[]
  private readonly shelved: ShelvedZone[] = []
  private directory = new Directory({ generation: 1, zones: [] })

  constructor(files: readonly ZoneFile[], roster: Roster = new Map()) {
    this.unread = files
    this.roster = roster
  }

  /** The zone that answers for this name, as the server would find it. */
  find(name: NamePath, type: number): { shelved: ShelvedZone; image: ZoneImage } | undefined {
    const bytes = name.bytes.slice(name.at, name.at + name.length)
    this.read(file => isWithin(bytes, 0, file.apex))
    // An `$ORIGIN` may have made another zone of a file than its name says.
    if (this.directory.find(name, type) === undefined) this.read(() => true)
    const image = this.directory.find(name, type)
    return image === undefined ? undefined : { image, shelved: this.shelved[this.directory.indexOf(image)]! }
  }

  /** The zones read so far. */
  get names(): readonly string[] {
    return this.shelved.map(({ name }) => name)
  }

  private read(isWanted: (file: ZoneFile) => boolean): void {
    const wanted = this.unread.filter(isWanted)
    if (wanted.length === 0) return
    this.unread = this.unread.filter(file => !wanted.includes(file))
    for (const file of wanted) {
      const zone = shelve(file, this.roster)
      // Two files for one zone: the first one's name decides, as in `serve`.
      if (!this.names.includes(zone.name)) this.shelved.push(zone)
    }
    this.directory = new Directory({ generation: 1, zones: this.shelved.map(({ part }) => part) })
  }
}

/** Makes every client of this zone one of this class, under this health. */
export function seat(
  { steered }: ShelvedZone,
  policyIndex: number,
  clientClass: ClientClass,
  health: Health,
): void {
  const { policy } = steered.policies[policyIndex]!
  const board = new Int32Array(steered.board)
  for (const [i, name] of steered.steering!.names.entries())
    if (name.policy === policyIndex)
      fillBoard(board, { policy, classes: [clientClass] }, steered.places[i]!.boardAt, health)
}

function shelve(file: ZoneFile, roster: Roster): ShelvedZone {
  const { zone, problems } = loadZone(file.path, file.apex)
  if (zone === undefined) return broken(file, file.zone, problems)
  const name = printName(zone.apex)
  if (!hasSteering(zone)) {
    const steered = steerForOne(undefined)
    return { path: file.path, name, zone, problems, steered, part: compileZone(zone) }
  }
  const read = readPolicies(zone)
  if (read.policies === undefined) return broken(file, name, [...problems, ...read.problems])
  const steered = steerForOne(read.policies)
  fillFollowed(zone, read.policies, roster)
  return { path: file.path, name, zone, problems, steered, part: compileZone(zone, steered) }
}

function broken(file: ZoneFile, name: string, problems: readonly Problem[]): ShelvedZone {
  const part = compileBrokenZone(file.apex)
  const errors = hasErrors(problems) ? problems.filter(({ severity }) => severity === 'error') : problems
  return { path: file.path, name, zone: undefined, problems: errors, steered: steerForOne(undefined), part }
}

/** Every address is of one class, whose choice `seat` writes. */
function steerForOne(steering: Steering | undefined): SteeredZone {
  const policies = (steering?.policies ?? []).map((policy): SteeredPolicy => {
    const anybody: ClientClass = {
      preference: preference(policy, UNKNOWN_CLIENT.client),
      example: UNKNOWN_CLIENT.client,
    }
    const networks: ClientClasses = { classes: [anybody], clients: [], networks: EVERYWHERE }
    return { policy, networks, classes: [anybody] }
  })
  return withBoard(steering, policies)
}

const EVERYWHERE = networkTables(
  { starts: Uint32Array.of(0), classes: Int32Array.of(0), count: 1 },
  { starts: Uint32Array.of(0, 0, 0, 0), classes: Int32Array.of(0), count: 1 },
)
