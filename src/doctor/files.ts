/** Checks of what is on the disk: zones, the state folder, geo data, and whether changes are noticed. Writes one
 *  small file and takes it away again. */

import { existsSync, statfsSync, statSync, unlinkSync, watch, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { hasErrors } from '../base/problem.ts'
import { PATH_BYTES_MAX } from '../base/socket-file.ts'
import { controlSocketPath } from '../control/control-socket.ts'
import { ageDays, OLD_AFTER_DAYS } from '../geo/age.ts'
import { type Finding, failure, fine, warning } from './finding.ts'
import type { Patient } from './patient.ts'

export function lookAtZones({ settings, zones }: Patient): Finding[] {
  const dir = settings.zones
  const judged = zones()
  const unreadable = judged.problems.find(({ code, file }) => code === 'cannot-read' && file === dir)
  if (unreadable !== undefined)
    return [
      failure(
        `the zones folder cannot be read: ${unreadable.text}`,
        'make it, let its reader in, or --zones DIR',
      ),
    ]
  if (judged.zones.length === 0)
    return [
      warning(`no zones in ${dir}: every query is refused`, 'put a file ORIGIN.zone there, or --zones DIR'),
    ]
  const bad = judged.zones.filter(({ errors }) => errors > 0)
  if (bad.length > 0 || hasErrors(judged.problems)) {
    const names = bad.map(({ zone }) => zone).join(' ')
    return [
      failure(
        bad.length > 0
          ? `errors in ${names}: answered SERVFAIL, unless a good version is served still`
          : 'errors',
        `meridian check ${dir}`,
      ),
    ]
  }
  const warned = judged.zones.filter(({ warnings }) => warnings > 0)
  const told = `${judged.zones.length} ${judged.zones.length === 1 ? 'zone' : 'zones'} without errors`
  if (warned.length === 0) return [fine(told)]
  return [
    warning(`${told}, warnings in ${warned.map(({ zone }) => zone).join(' ')}`, `meridian check ${dir}`),
  ]
}

const ROOM_MIN_BYTES = 64 << 20

export function lookAtState({ settings, server }: Patient): Finding[] {
  const dir = resolve(settings.state)
  const path = controlSocketPath(settings.state)
  const findings: Finding[] = []
  if (Buffer.byteLength(path) > PATH_BYTES_MAX)
    findings.push(
      failure(
        `the path of ${path} is longer than the ${PATH_BYTES_MAX} octets that a socket's may have: no orders`,
        'a shorter --state DIR',
      ),
    )
  const fault = writeFault(dir)
  if (fault !== undefined)
    findings.push(
      failure(
        `the state folder ${settings.state} cannot be written: ${fault}; orders and verdicts would not survive`,
        'give it to the user the server runs as (systemd: StateDirectory=meridian), or --state DIR',
      ),
    )
  else {
    const room = roomAt(dir)
    if (room < ROOM_MIN_BYTES)
      findings.push(
        warning(
          `${Math.round(room / 2 ** 20)} MB left for the state folder`,
          'room for 64 MB: geo data is kept there',
        ),
      )
  }
  if (findings.length > 0) return findings
  const whose = server === undefined ? '' : `, in use by process ${server.pid}`
  return [fine(`the state folder ${settings.state} can be written${whose}`)]
}

/** The nearest folder there is: what does not exist yet would be made in it. */
function existing(dir: string): string {
  let at = dir
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}

/** Tried, because modes do not tell of read-only file systems and full disks. */
function writeFault(dir: string): string | undefined {
  const folder = existing(dir)
  const probe = join(folder, `.meridian-doctor-${process.pid}`)
  try {
    if (!statSync(folder).isDirectory()) return `${folder} is no folder`
    writeFileSync(probe, 'a line to see that it can be written\n')
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    try {
      unlinkSync(probe)
    } catch {
      // It was never made.
    }
  }
}

function roomAt(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(existing(dir))
    return bavail * bsize
  } catch {
    return Number.MAX_SAFE_INTEGER
  }
}

/** As `serve` would watch: a limit that is used up shows at the first watch. */
export function lookAtWatching({ settings }: Patient): Finding {
  try {
    watch(settings.zones).close()
    return fine('changed zones are noticed at once')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // An unreadable folder is told of as such.
    if (code === 'ENOENT' || code === 'EACCES') return fine('nothing to watch')
    return warning(
      `changes are noticed only every ten seconds, or on SIGHUP: ${message}`,
      'sysctl -w fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=524288',
    )
  }
}

export function lookAtGeo({ geo, wallClock }: Patient): Finding[] {
  const { info, problems } = geo()
  const broken = problems.filter(({ severity }) => severity === 'error')
  if (info === undefined || broken.length > 0)
    return (broken.length > 0 ? broken : problems).map(({ file, text, hint }) =>
      failure(`${file}: ${text}: zones that steer cannot be loaded`, hint ?? 'meridian geo info'),
    )
  return info.sources
    .filter(({ kind }) => kind !== 'overrides')
    .map(({ kind, name, date }) => {
      const days = ageDays(date, wallClock())
      if (days === undefined) return fine(`${name}, which does not say of when it is`)
      if (days <= OLD_AFTER_DAYS) return fine(`${name}, ${days} days old`)
      return warning(
        `${name} is ${days} days old: addresses that moved since are misplaced`,
        kind === 'geoip-lite'
          ? 'bring newer data with --geo FILE.mmdb; geo-data/README.md says from where'
          : 'fetch it anew, monthly; geo-data/README.md says how',
      )
    })
}
