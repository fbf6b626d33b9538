/** Meridian and its rivals with their geo modules, all answering by the same map from the same database. Knows
 *  command lines, no measuring. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GeoServer, launch, startGdnsd, startMeridian } from '../rivals-geo/servers.ts'
import { rivalVersion } from '../tools/rivals.ts'
import { tool } from '../tools/tools.ts'
import {
  GEO_APEX,
  GEO_DATABASE,
  gdnsdGeoPlugins,
  gdnsdGeoZone,
  knotGeoMap,
  knotGeoZone,
  meridianGeoZone,
  pdnsGeoZones,
} from './geo-world.ts'
import { type BenchServer, meridianVersion, type ServerKind, type ServerOptions } from './servers.ts'

export const GEO_SERVERS = ['meridian', 'gdnsd', 'knot', 'pdns'] as const
export type GeoKind = (typeof GEO_SERVERS)[number]

export function hasGeo(kind: ServerKind): kind is GeoKind {
  return (GEO_SERVERS as readonly ServerKind[]).includes(kind)
}

export async function startGeoServer(kind: GeoKind, options: ServerOptions): Promise<BenchServer> {
  const { cpus } = options
  const more = {
    ...(cpus === '' ? {} : { cpus }),
    ...(options.nodeArgs === undefined ? {} : { nodeArgs: options.nodeArgs }),
  }
  const server = await STARTERS[kind](more)
  const version = kind === 'meridian' ? meridianVersion() : await rivalVersion(kind)
  return asBenchServer(kind, server, cpus, version)
}

/** `cpus` in taskset's notation, or empty. */
export function asBenchServer(kind: GeoKind, server: GeoServer, cpus: string, version = ''): BenchServer {
  if (cpus !== '')
    for (const pid of server.daemon.pids())
      execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cpus, `${pid}`], { stdio: 'ignore' })
  return {
    kind,
    version,
    port: server.port,
    pids: () => server.daemon.pids(),
    log: () => server.log(),
    reload: () => {},
    stop: () => server.stop(),
  }
}

type More = { readonly cpus?: string; readonly nodeArgs?: readonly string[] }

const STARTERS: Readonly<Record<GeoKind, (more: More) => Promise<GeoServer>>> = {
  meridian: more => startMeridian(GEO_APEX, meridianGeoZone(), GEO_DATABASE, more),
  gdnsd: more => startGdnsd(GEO_APEX, gdnsdGeoZone(), gdnsdGeoPlugins(), more),
  knot: more => launch(GEO_APEX, prepareKnot, more),
  pdns: more => launch(GEO_APEX, preparePdns, more),
}

async function prepareKnot(dir: string, port: number): Promise<{ command: string; args: readonly string[] }> {
  const command = await tool('knotd')
  writeFileSync(join(dir, 'geo.zone'), `$ORIGIN ${GEO_APEX}.\n${knotGeoZone()}`)
  writeFileSync(join(dir, 'geo.map'), knotGeoMap())
  writeFileSync(
    join(dir, 'knot.conf'),
    `server:
    rundir: "${dir}"
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    edns-client-subnet: on
log:
  - target: stderr
    any: info
control:
    listen: "${dir}/knot.sock"
database:
    storage: "${dir}"
mod-geoip:
  - id: world
    config-file: "${dir}/geo.map"
    ttl: 60
    mode: geodb
    geodb-file: "${GEO_DATABASE}"
    geodb-key: [ continent/code, country/iso_code ]
zone:
  - domain: "${GEO_APEX}."
    storage: "${dir}"
    file: geo.zone
    zonefile-sync: -1
    journal-content: none
    semantic-checks: off
    module: mod-geoip/world
`,
  )
  return { command, args: ['-c', join(dir, 'knot.conf')] }
}

async function preparePdns(dir: string, port: number): Promise<{ command: string; args: readonly string[] }> {
  const command = await tool('pdns_server')
  mkdirSync(join(dir, 'run'))
  writeFileSync(join(dir, 'zones.yaml'), pdnsGeoZones())
  writeFileSync(
    join(dir, 'pdns.conf'),
    `launch=geoip
geoip-zones-file=${dir}/zones.yaml
geoip-database-files=mmdb:${GEO_DATABASE}
edns-subnet-processing=yes
local-address=127.0.0.1
local-port=${port}
receiver-threads=1
distributor-threads=1
socket-dir=${dir}/run
daemon=no
guardian=no
loglevel=4
disable-syslog=yes
security-poll-suffix=
`,
  )
  return { command, args: [`--config-dir=${dir}`] }
}
