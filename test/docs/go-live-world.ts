/** The small world in which "Go live" is typed: a network of its own with the documentation addresses of the README,
 *  a parent zone served by NSD, a resolver (Unbound), two servers, two regions. One shell types all of it. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeMmdb } from '../geo/mmdb-writer.ts'
import { MAIN } from '../server/built.ts'
import { cleanEnvironment } from '../server/meridian.ts'
import type { Step } from './go-live-steps.ts'

export interface Programs {
  readonly unshare: string
  readonly ip: string
  readonly nsd: string
  readonly unbound: string
  readonly dig: string
}

export interface Typed {
  readonly code: number
  readonly printed: readonly string[]
}

const SERVERS: Readonly<Record<string, string>> = {
  ns1: '192.0.2.53:53,[2001:db8:1::53]:53',
  ns2: '198.51.100.53:53,[2001:db8:2::53]:53',
}
const REGIONS: Readonly<Record<string, string>> = { use1: '203.0.113.10', euw3: '203.0.113.30' }
const PARENT = '203.0.113.5'
const RESOLVER = '203.0.113.99'
const ADDRESSES = [
  ...['192.0.2.53', '198.51.100.53', ...Object.values(REGIONS), PARENT, RESOLVER].map(one => `${one}/32`),
  ...['2001:db8:1::53', '2001:db8:2::53'].map(one => `${one}/128`),
]

const SETTINGS = (dir: string): string => `zones: ${dir}/etc/meridian/zones
state: ${dir}/var/lib/meridian
geo.overrides: ${dir}/etc/meridian/overrides.csv
`
const PARENT_ZONE = `$ORIGIN school.example.
$TTL 3600
@ SOA ns hostmaster 1 7200 1800 1209600 60
@ NS ns
ns A ${PARENT}
`
const NSD = (dir: string): string => `server:
  ip-address: ${PARENT}@53
  username: ""
  zonesdir: "${dir}"
  pidfile: "${dir}/nsd.pid"
  logfile: "${dir}/nsd.log"
  xfrdfile: ""
  zonelistfile: "${dir}/zone.list"
  database: ""
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: "school.example"
  zonefile: "school.example.zone"
`
const UNBOUND = (dir: string): string => `server:
  interface: ${RESOLVER}
  outgoing-interface: ${RESOLVER}
  do-ip6: no
  access-control: 0.0.0.0/0 allow
  username: ""
  chroot: ""
  directory: "${dir}"
  pidfile: "${dir}/unbound.pid"
  use-syslog: no
  logfile: "${dir}/unbound.log"
  module-config: "iterator"
  do-daemonize: no
stub-zone:
  name: "school.example"
  stub-addr: ${PARENT}
remote-control:
  control-enable: no
`

/** Everything in it is gone when this returns; why not, as text, where the system lets nobody make such a world. */
export function typeAll(dir: string, programs: Programs, steps: readonly Step[]): Typed[] | string {
  for (const host of Object.keys(SERVERS)) {
    mkdirSync(join(dir, host, 'etc/meridian/zones'), { recursive: true })
    writeFileSync(join(dir, host, 'etc/meridian/meridian.yaml'), SETTINGS(join(dir, host)))
    writeFileSync(join(dir, host, 'etc/meridian/overrides.csv'), `prefix,country\n${RESOLVER},DE\n`)
  }
  writeFileSync(join(dir, 'school.example.zone'), PARENT_ZONE)
  writeFileSync(join(dir, 'nsd.conf'), NSD(dir))
  writeFileSync(join(dir, 'unbound.conf'), UNBOUND(dir))
  writeFileSync(join(dir, 'resolv.conf'), `nameserver ${RESOLVER}\n`)
  writeFileSync(join(dir, 'city.mmdb'), cityData())
  writeFileSync(join(dir, 'region.cjs'), REGION_SERVER)
  const script = [prelude(dir, programs), ...steps.map((step, i) => scriptOf(dir, step, i)), 'exit 0'].join(
    '\n',
  )
  writeFileSync(join(dir, 'world.sh'), script)
  const apart = ['-rn', '-mpf', '--mount-proc', '--kill-child']
  const { status, stderr } = spawnSync(programs.unshare, [...apart, 'bash', join(dir, 'world.sh')], {
    cwd: dir,
    encoding: 'utf8',
    env: cleanEnvironment({
      MERIDIAN_GEO: join(dir, 'city.mmdb'),
      MERIDIAN_WORKERS: '1',
      MERIDIAN_ADMIN: 'off',
    }),
  })
  if (status !== 0) return `${stderr}\n${tail(dir)}`
  return steps.map((_, i) => ({
    code: Number(read(join(dir, `${i}.code`)) || 0),
    printed: read(join(dir, `${i}.out`))
      .split('\n')
      .slice(0, -1),
  }))
}

/** As much of the world as is asked for: quickly compiled. */
function cityData(): Buffer {
  const london = { country_code: 'GB', latitude: 51.5, longitude: -0.1 }
  const networks = [
    ['81.2.69.0/24', london],
    ['8.8.8.0/24', { country_code: 'US', latitude: 37.8, longitude: -97.8 }],
  ] as const
  return writeMmdb({ networks, builtAt: Math.floor(Date.now() / 1000), type: 'DBIP-City-Lite' })
}

const REGION_SERVER = `require('node:http').createServer((_, reply) => reply.end('well'))
  .listen(80, process.argv[2], () => console.log('open'))`

/** Hosts share the machine: what is at one place on each is below that host's folder here. */
function prelude(dir: string, { ip, nsd, unbound, dig }: Programs): string {
  const node = `'${process.execPath}'`
  const cases = (what: Readonly<Record<string, string>>): string =>
    Object.entries(what)
      .map(([host, address]) => `${host}) echo '${address}' ;;`)
      .join(' ')
  return `set -u
${ip} link set lo up
for one in ${ADDRESSES.join(' ')}; do ${ip} address add $one dev lo nodad; done
mount --bind ${dir}/resolv.conf "$(readlink -f /etc/resolv.conf)"
listen_of() { case $1 in ${cases(SERVERS)} esac; }
address_of() { case $1 in ${cases(REGIONS)} esac; }
dig() { '${dig}' "$@"; }
meridian() { MERIDIAN_LISTEN=$(listen_of $HOST) ${node} '${MAIN}' "$@"; }
sudo() { [[ $1 == -u ]] && shift 2; "$@"; }
begun() { until grep -q "$2" "$1" 2>/dev/null; do /bin/sleep 0.05; done; }
ended() { while kill -0 $1 2>/dev/null; do /bin/sleep 0.05; done; }
systemctl() {
  local home=${dir}/$HOST; mkdir -p $home
  case "$1 $2" in
    'start meridian')
      MERIDIAN_LISTEN=$(listen_of $HOST) ${node} '${MAIN}' serve --log-format json > $home/log 2>&1 &
      echo $! > $home/meridian; begun $home/log '"listening"' ;;
    'start nginx')
      ${node} ${dir}/region.cjs $(address_of $HOST) > $home/log 2>&1 &
      echo $! > $home/nginx; begun $home/log open ;;
    stop*) kill $(cat $home/$2); ended $(cat $home/$2) ;;
  esac
}
answered() { until dig @$1 $2 SOA +short +time=1 +tries=1 | grep -q hostmaster; do /bin/sleep 0.05; done; }
begin_parent() {
  '${nsd}' -d -c ${dir}/nsd.conf > ${dir}/nsd.out 2>&1 &
  echo $! > ${dir}/parent; answered ${PARENT} school.example
}
type_it() {
  export HOST=$2 MERIDIAN_CONFIG=${dir}/$2/etc/meridian/meridian.yaml
  eval "$3" > ${dir}/$1.out 2>&1
  echo $? > ${dir}/$1.code
}
begin_parent
'${unbound}' -c ${dir}/unbound.conf > ${dir}/unbound.out 2>&1 &
for HOST in ${Object.keys(REGIONS).join(' ')}; do systemctl start nginx; done
answered ${RESOLVER} school.example`
}

function scriptOf(dir: string, step: Step, i: number): string {
  switch (step.kind) {
    case 'zone':
      return Object.keys(SERVERS)
        .map(host => heredoc(`> ${dir}/${host}/etc/meridian/zones/live.school.example.zone`, step.text))
        .join('\n')
    case 'delegation':
      return `${heredoc(`>> ${dir}/school.example.zone`, step.text)}
kill $(cat ${dir}/parent); ended $(cat ${dir}/parent); begin_parent`
    case 'command': {
      const here = step.command.replaceAll('/etc/meridian', `${dir}/${step.host}/etc/meridian`)
      return `type_it ${i} ${step.host} '${here.replaceAll("'", `'\\''`)}'`
    }
  }
}

function heredoc(where: string, text: string): string {
  return `cat ${where} <<'END'\n${text}END`
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function tail(dir: string): string {
  return ['nsd.out', 'nsd.log', 'unbound.out', 'unbound.log', 'ns1/log', 'ns2/log']
    .map(name => `${name}: ${read(join(dir, name)).slice(-2_000)}`)
    .join('\n')
}
