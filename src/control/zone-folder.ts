/** The zones folder as names: which files are zones, and which zone a file name means.
 *  Reads no file; knows nothing of what stands in one. */
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Problem } from '../base/problem.ts'
import { nameFromText, printName } from '../wire/name.ts'

export const ZONE_SUFFIX = '.zone'

export interface ZoneFile {
  readonly path: string
  /** In wire form, lower case. */
  readonly apex: Uint8Array
  /** The same in presentation form with a final dot. The file's `$ORIGIN` may change it. */
  readonly zone: string
}

export interface ZoneFolder {
  readonly files: readonly ZoneFile[]
  readonly problems: readonly Problem[]
  /** The names looked at, as one string: to notice files that come and go. */
  readonly listing: string
}

/** Whether a directory entry claims to be a zone. Hidden entries are editors' locks and Kubernetes'
 *  `..data`, never zones. */
function isZoneFileName(name: string): boolean {
  return name.endsWith(ZONE_SUFFIX) && !name.startsWith('.')
}

/** The zone files of a folder in a stable order. Throws the system's error when it cannot be read. */
export function listZoneFolder(dir: string): ZoneFolder {
  const files: ZoneFile[] = []
  const problems: Problem[] = []
  const names = zoneFileNames(dir)
  for (const name of names) {
    const path = join(dir, name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) continue
    const file = zoneFileOf(path)
    if ('zone' in file) files.push(file)
    else problems.push(file)
  }
  return { files, problems, listing: names.join('\n') }
}

/** What `listZoneFolder` would say of `listing`, without looking at the files. */
export function zoneListing(dir: string): string {
  try {
    return zoneFileNames(dir).join('\n')
  } catch {
    return ''
  }
}

function zoneFileNames(dir: string): string[] {
  return readdirSync(dir).filter(isZoneFileName).sort()
}

/** Who serves a zone that several files claim, as an `$ORIGIN` or a file name's letter case can make them:
 *  the lowest rank, then the first name. */
export function oneFilePerZone<Claim extends { readonly path: string; readonly zone: string }>(
  claims: readonly Claim[],
  rank: (claim: Claim) => number,
): { readonly winners: ReadonlySet<Claim>; readonly problems: readonly Problem[] } {
  const winnerOf = new Map<string, Claim>()
  for (const claim of claims) {
    const winner = winnerOf.get(claim.zone)
    if (winner === undefined || rank(claim) < rank(winner)) winnerOf.set(claim.zone, claim)
  }
  const winners = new Set(winnerOf.values())
  const problems = claims
    .filter(claim => !winners.has(claim))
    .map(claim => duplicateZone(claim, winnerOf.get(claim.zone)!))
  return { winners, problems }
}

/** `classroom.example.zone` is the zone `classroom.example.`; letters that a file name cannot hold are
 *  written as in a zone file, `\047` for a slash. */
export function zoneFileOf(path: string): ZoneFile | Problem {
  const name = basename(path)
  const text = name.slice(0, -ZONE_SUFFIX.length)
  if (!name.endsWith(ZONE_SUFFIX) || text === '' || text.startsWith('.'))
    return badFileName(path, `${name} does not say which zone it holds`)
  const apex = nameFromText(text.toLowerCase())
  if (apex === undefined) return badFileName(path, `${text} is not a domain name`)
  return { path, apex, zone: printName(apex) }
}

function badFileName(path: string, text: string): Problem {
  const hint = 'name a zone file ORIGIN.zone, for example classroom.example.zone'
  return fileProblem(path, 'zone-file-name', text, hint)
}

function duplicateZone(loser: { path: string; zone: string }, winner: { path: string }): Problem {
  const hint = 'keep one file for each zone; letter case makes no difference in a name'
  return fileProblem(loser.path, 'duplicate-zone', `${loser.zone} is already read from ${winner.path}`, hint)
}

/** A problem of a file as a whole. */
export function fileProblem(file: string, code: string, text: string, hint: string): Problem {
  return { file, line: 0, column: 0, width: 1, severity: 'error', code, text, hint }
}
