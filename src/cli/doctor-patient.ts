/** What `meridian doctor` looks at, made from settings as `serve` would read them: zones and geo data judged when
 *  first asked for, the running server asked through its socket. */

import { readFileSync } from 'node:fs'
import { monotonicMs, wallClockMs } from '../base/clock.ts'
import { readSystemFile } from '../base/system-file.ts'
import type { ControlReply } from '../control/control-messages.ts'
import { controlSocketPath } from '../control/control-socket.ts'
import type { Patient, RunningServer, WantedOfConsul, ZonesJudged } from '../doctor/patient.ts'
import type { Region } from '../policy/steering.ts'
import { adminFault } from './admin-check.ts'
import { consulSettings } from './consul-settings.ts'
import { exchange } from './control-client.ts'
import { packageVersion } from './package-info.ts'
import { resolveSettings } from './resolve-settings.ts'
import type { SettingKey, Settings } from './settings.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'
import { complainOfUsage } from './world-options.ts'
import { GeoOffice, type JudgedZone, judgeZoneFile, zoneFilesAt } from './zone-judge.ts'

export async function openPatient(
  flags: ReadonlyMap<SettingKey, unknown>,
  config: string | undefined,
): Promise<Patient | { readonly exitCode: number }> {
  const { settings, given, usage, problems } = await resolveSettings({
    flags,
    environment: process.env,
    configPath: config ?? (process.env['MERIDIAN_CONFIG'] || undefined),
  })
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const text of usage) complainOfUsage(text)
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (usage.length > 0) return { exitCode: Exit.Usage }
  if (problems.length > 0) return { exitCode: Exit.BadInput }
  return patientOf(settings, given, await runningServer(settings.state))
}

function patientOf(
  settings: Settings,
  given: ReadonlySet<SettingKey>,
  server: RunningServer | undefined,
): Patient {
  const { zones, state, listen, workers, udp } = settings
  const office = new GeoOffice(settings)
  let judged: ZonesJudged | undefined
  const asksConsul = settings.consul !== '' || settings['consul.agents'].length > 0
  return {
    settings: {
      zones,
      state,
      listen,
      listensByDefault: !given.has('listen'),
      workers,
      udp,
      connectionsMax: settings['tcp.connections'],
    },
    clock: monotonicMs,
    wallClock: wallClockMs,
    read: readSystemFile,
    version: packageVersion(),
    nodeMin: nodeMin(),
    zones: () => {
      judged ??= judgeZones(zones, office)
      return judged
    },
    geo: () => ({ info: office.table?.info, problems: office.problems }),
    adminFault: () => adminFault(settings, given, process.env),
    server,
    consul: asksConsul ? consulSettings(settings, process.env) : undefined,
  }
}

function judgeZones(dir: string, office: GeoOffice): ZonesJudged {
  const { files, problems } = zoneFilesAt(dir)
  const judged = files.map(file => judgeZoneFile(file, office))
  return {
    problems,
    zones: judged.map(zone => ({
      zone: zone.zone,
      errors: errorsIn(zone),
      warnings: zone.problems.length - errorsIn(zone),
    })),
    wanted: judged.flatMap(wantedOfConsul),
  }
}

function errorsIn({ problems }: JudgedZone): number {
  return problems.filter(({ severity }) => severity === 'error').length
}

/** By checks of policies, and by records whose addresses are a service's. */
function wantedOfConsul({ zone, steered }: JudgedZone): WantedOfConsul[] {
  const { regions = [], services = [] } = steered?.steering ?? {}
  const byRecords = services.map(({ region, service }) => ({ ...at(zone, regions[region]!), service }))
  const byChecks = (steered?.policies ?? []).flatMap(({ policy }) =>
    policy.checks
      .filter(({ kind }) => kind === 'consul')
      .flatMap(({ target }) => policy.regions.map(region => ({ ...at(zone, region), service: target }))),
  )
  return [...byChecks, ...byRecords]
}

function at(zone: string, { name, datacenter }: Region): Omit<WantedOfConsul, 'service'> {
  return { zone, region: name, datacenter }
}

/** Undefined when none answers, for whatever reason: then ports speak for themselves. */
async function runningServer(stateDir: string): Promise<RunningServer | undefined> {
  try {
    const line = await exchange(controlSocketPath(stateDir), JSON.stringify({ kind: 'status' }))
    const reply = JSON.parse(line) as ControlReply
    return reply.kind === 'status' ? reply : undefined
  } catch {
    return undefined
  }
}

function nodeMin(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { engines } = JSON.parse(text) as { engines: { node: string } }
  return /\d+\.\d+/.exec(engines.node)?.[0] ?? '0.0'
}
