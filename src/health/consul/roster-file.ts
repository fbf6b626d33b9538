/** The roster on disk: what a restart answers with while Consul is away. A line of checked JSON for each service, and
 *  one for what Consul said of it, so that a catalog that lost its data is doubted after a restart as before. Needs
 *  no Consul code to be read: the builder and the commands read it too. */

import { isIPv4, isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { Problem } from '../../base/problem.ts'
import { AsideFile } from '../memory/aside-file.ts'
import { checkedLine } from '../memory/checked-lines.ts'
import { readStateFile } from '../memory/state-file.ts'
import type { InstanceAddresses } from './instances.ts'
import type { Roster, RosterEntry } from './roster.ts'
import type { KeptService } from './service-watch.ts'
import { wantedKey } from './view.ts'

export const ROSTER_FILE = 'consul.roster'

export interface RememberedRoster {
  readonly roster: Roster
  /** What a `ConsulSource` restores; unchecked. */
  readonly kept: readonly unknown[]
  /** Only warnings: the other lines count. */
  readonly problems: readonly Problem[]
}

/** However old: the last addresses known are better than none. */
export function readRoster(folder: string): RememberedRoster {
  const { values, problems } = readStateFile(join(folder, ROSTER_FILE))
  const lines = values.map(fieldsOf)
  return {
    roster: new Map(
      lines
        .flatMap(({ entry }) => readEntry(fieldsOf(entry)) ?? [])
        .map(entry => [wantedKey(entry), entry] as const),
    ),
    kept: lines.flatMap(({ kept }) => kept ?? []),
    problems: problems.map(problem => ({ ...problem, severity: 'warning' })),
  }
}

export function openRosterFile(folder: string): AsideFile {
  return new AsideFile(join(folder, ROSTER_FILE))
}

export function rosterText(roster: Roster, kept: readonly KeptService[]): string {
  const ofRoster = kept.filter(service => roster.has(wantedKey(service)))
  return [
    ...[...roster.values()].map(entry => checkedLine({ entry })),
    ...ofRoster.map(service => checkedLine({ kept: service })),
  ].join('')
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function readEntry({ datacenter, service, tag, members, atMs }: Fields): RosterEntry | undefined {
  if (typeof datacenter !== 'string' || typeof service !== 'string' || typeof atMs !== 'number')
    return undefined
  if ((tag !== undefined && typeof tag !== 'string') || !Array.isArray(members)) return undefined
  const read = members.flatMap(member => readAddresses(fieldsOf(member)) ?? [])
  if (read.length === 0) return undefined
  return { datacenter, service, ...(tag === undefined ? {} : { tag }), members: read, atMs }
}

/** Its keys in the order of those that Consul's replies are read into. */
function readAddresses({ lan4, lan6, wan4, wan6, service }: Fields): InstanceAddresses | undefined {
  if (typeof service !== 'string') return undefined
  return {
    ...(typeof lan4 === 'string' && isIPv4(lan4) ? { lan4 } : {}),
    ...(typeof lan6 === 'string' && isIPv6(lan6) ? { lan6 } : {}),
    ...(typeof wan4 === 'string' && isIPv4(wan4) ? { wan4 } : {}),
    ...(typeof wan6 === 'string' && isIPv6(wan6) ? { wan6 } : {}),
    service,
  }
}
