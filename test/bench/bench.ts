/** `npm run bench`: Meridian and its rivals under the same loads, in turns, each with one UDP worker on one core and
 *  the generator on the other. Prints Markdown tables and saves everything measured as JSON. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../house/source.ts'
import { makeTempDir } from '../tools/process.ts'
import { describeMachine } from './accounting.ts'
import { type AttackedRound, attackLines, measureAttacks } from './attack.ts'
import type { Flipped } from './flip.ts'
import {
  flipLines,
  type GeoManyRound,
  manyLines,
  measureFlips,
  measureMany,
  measureStarts,
  type NamedStart,
  ratioLines,
  startLines,
} from './geo-loads.ts'
import { hasGeo, startGeoServer } from './geo-servers.ts'
import { HEAP_NODE_ARGS, type HeapReport, heapGrowth } from './heap.ts'
import { type Loaded, timeLoading } from './loading.ts'
import { generate, type LoadShape, measure, SERVER_CPU } from './measure.ts'
import { measurePrices, type PricedRound, priceLines } from './prices.ts'
import { type QueryLoad, writeQueryFile } from './queries.ts'
import { type Reloaded, reloadUnderLoad } from './reloading.ts'
import { median, megabytes, type Row, summarise, summaryTables, table } from './report.ts'
import { type BenchServer, SERVER_KINDS, type ServerKind, startServer, whyNot } from './servers.ts'
import { writeMillionZone, writeSmallZones, type ZoneFile } from './zones.ts'

const HELP = `npm run bench -- [options]

  --only A,B       servers: ${SERVER_KINDS.join(' ')}   (default: all that are here, without echo)
  --loads A,B      ${'names missing referrals tcp tcp-connect million load-time reload heap taps admin'}
                   ${'geo geo-many geo-start flip geo-heap'}
  --million        the loads of the million-record zone: million, load-time, reload
  --geo            the loads answered by policy: geo, geo-many, geo-start, flip, geo-heap
  --taps           what observing costs Meridian: nothing observed, dnstap, traces
  --admin          what a crowd at the admin listener costs whoever asks for names
  --all            every load
  --rounds N       turns per load (default 5)
  --seconds N      measured seconds per turn (default 3)
  --records N      records in the big zone (default 1000000)
  --seed N         seed of the queries (default 1)
  --edns N         EDNS payload size in the queries; 0 for none (default 1232)
  --sockets N      source ports of the generator (default 8)
  --window N       queries in the air (default 128: more overflows the receive buffers some rivals leave at
                   the system's default)
`

const LOADS = {
  names: 'existing names, zone of 1,000 names, UDP',
  missing: 'random missing names, UDP',
  referrals: 'referrals with glue, UDP',
  tcp: 'existing names, TCP, 16 connections kept open, 8 queries pipelined on each',
  'tcp-connect': 'existing names, TCP, a connection per query',
  million: 'existing names, the big zone, UDP',
  'load-time': '',
  reload: '',
  heap: '',
  taps: '',
  admin: '',
  geo: '1,000 names answered by geography, 60,000 client subnets, country-level data, UDP',
  'geo-many': '',
  'geo-start': '',
  flip: '',
  'geo-heap': '',
} as const
type Load = keyof typeof LOADS

const SMALL_LOADS: readonly Load[] = ['names', 'missing', 'referrals', 'tcp', 'tcp-connect']
const DEFAULT_LOADS: readonly Load[] = [...SMALL_LOADS, 'heap']
const MILLION_LOADS: readonly Load[] = ['million', 'load-time', 'reload']
const TAP_LOADS: readonly Load[] = ['taps']
const ADMIN_LOADS: readonly Load[] = ['admin']
const GEO_LOADS: readonly Load[] = ['geo', 'geo-many', 'geo-start', 'flip', 'geo-heap']
/** The others need minutes or gigabytes for a million records; name them with --only to see. */
const MILLION_SERVERS: readonly ServerKind[] = ['meridian', 'gdnsd', 'knot', 'nsd']
const QUERY_COUNT = 100_000
/** Twice round all client subnets, with other names. */
const GEO_QUERY_COUNT = 120_000
const LOAD_TIME_ROUNDS = 3
const RELOAD_ROUNDS = 3
const HEAP_SECONDS = 15

interface Settings {
  readonly servers: readonly ServerKind[]
  readonly millionServers: readonly ServerKind[]
  readonly loads: readonly Load[]
  readonly rounds: number
  readonly seconds: number
  readonly records: number
  readonly seed: number
  readonly ednsBytes: number
  readonly sockets: number
  readonly window: number
}

interface Results {
  readonly rows: Row[]
  readonly loaded: Loaded[]
  readonly reloaded: Reloaded[]
  readonly versions: Record<string, string>
  /** Of the machine before we began: above a few tenths, somebody else was working too. */
  readonly loadAverage: number
  heap?: HeapReport
  prices?: readonly PricedRound[]
  attacked?: readonly AttackedRound[]
  geoMany?: readonly GeoManyRound[]
  geoStarts?: readonly NamedStart[]
  flipped?: Flipped
  geoHeap?: HeapReport
}

function readSettings(): Settings | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      loads: { type: 'string' },
      million: { type: 'boolean' },
      geo: { type: 'boolean' },
      taps: { type: 'boolean' },
      admin: { type: 'boolean' },
      all: { type: 'boolean' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      records: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      edns: { type: 'string', default: '1232' },
      sockets: { type: 'string', default: '8' },
      window: { type: 'string', default: '128' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return undefined
  const asked = values.only?.split(',') as ServerKind[] | undefined
  const servers = (asked ?? SERVER_KINDS.filter(kind => kind !== 'echo')).filter(takesPart)
  const named = values.loads?.split(',') as Load[] | undefined
  const every = [...DEFAULT_LOADS, ...MILLION_LOADS, ...GEO_LOADS, ...TAP_LOADS, ...ADMIN_LOADS]
  const grouped = [
    ...(values.million ? MILLION_LOADS : []),
    ...(values.geo ? GEO_LOADS : []),
    ...(values.taps ? TAP_LOADS : []),
    ...(values.admin ? ADMIN_LOADS : []),
  ]
  return {
    servers,
    millionServers: asked === undefined ? servers.filter(kind => MILLION_SERVERS.includes(kind)) : servers,
    loads: named ?? (values.all ? every : grouped.length > 0 ? grouped : DEFAULT_LOADS),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    records: Number(values.records),
    seed: Number(values.seed),
    ednsBytes: Number(values.edns),
    sockets: Number(values.sockets),
    window: Number(values.window),
  }
}

function takesPart(kind: ServerKind): boolean {
  const reason = SERVER_KINDS.includes(kind) ? whyNot(kind) : 'no such server'
  if (reason !== undefined) console.error(`without ${kind}: ${reason}`)
  return reason === undefined
}

function pinned(zones: readonly ZoneFile[]): (kind: ServerKind) => Promise<BenchServer> {
  return kind => startServer(kind, zones, { cpus: SERVER_CPU, readyTimeoutMs: 300_000 })
}

/** What happens once in a server's life does so before the rounds: programs that compile as they run do it then. */
const HEATING_SECONDS = 1.5

/** Starts all, then goes round and round, so that a change of the machine's mood meets everyone. */
async function compare(
  settings: Settings,
  kinds: readonly ServerKind[],
  start: (kind: ServerKind) => Promise<BenchServer>,
  loads: readonly Load[],
  shapeOf: (load: Load) => LoadShape,
  results: Results,
): Promise<void> {
  const servers: BenchServer[] = []
  try {
    for (const kind of kinds) {
      servers.push(await start(kind))
      results.versions[kind] = servers.at(-1)!.version
    }
    for (const load of loads) {
      const askable = servers.filter(({ kind }) => kind !== 'echo' || !load.startsWith('tcp'))
      for (const server of askable) await measure(server, { ...shapeOf(load), seconds: HEATING_SECONDS })
      for (let round = 1; round <= settings.rounds; round++)
        for (const server of askable) {
          const measured = await measure(server, shapeOf(load))
          results.rows.push({ load, server: server.kind, round, measured })
          console.error(
            `  ${load} ${round}/${settings.rounds} ${server.kind.padEnd(8)} ` +
              `${measured.cost.totalUs.toFixed(2)} µs (${measured.cost.userUs.toFixed(2)} user) ` +
              `${Math.round(measured.queriesPerSecond)} q/s, lost ${measured.lost}, wrong ${measured.wrong}, ` +
              `generator ${measured.generatorUs.toFixed(2)} µs`,
          )
        }
    }
  } finally {
    for (const server of servers) await server.stop()
  }
}

/** Where they are not those of `names`. */
const QUERIES_OF: Partial<Record<Load, QueryLoad>> = {
  missing: 'missing',
  referrals: 'referrals',
  million: 'million',
  geo: 'geo',
  'geo-many': 'geo-many',
  flip: 'flip',
  'geo-heap': 'geo',
}

function shapes(settings: Settings, dir: string): (load: Load) => LoadShape {
  const written = new Map<string, string>()
  const queryPath = (load: QueryLoad): string => {
    const path = written.get(load) ?? join(dir, `${load}.queries`)
    if (!written.has(load))
      writeQueryFile(path, load, {
        seed: settings.seed,
        count: load === 'million' ? settings.records : load.startsWith('geo') ? GEO_QUERY_COUNT : QUERY_COUNT,
        millionNames: settings.records,
        ednsBytes: settings.ednsBytes,
      })
    written.set(load, path)
    return path
  }
  return load => {
    const tcp = load === 'tcp' || load === 'tcp-connect'
    const queries = QUERIES_OF[load] ?? 'names'
    return {
      queryPath: queryPath(queries),
      transport: tcp ? 'tcp' : 'udp',
      // Knot and BIND listen with a backlog of ten: more connections at once would wait for a second SYN.
      sockets: load === 'tcp' ? 16 : tcp ? 8 : settings.sockets,
      slots: load === 'tcp' ? 8 : tcp ? 1 : settings.window / settings.sockets,
      warmUpSeconds: 0.7,
      seconds: settings.seconds,
    }
  }
}

async function watchHeap(starting: Promise<BenchServer>, shape: LoadShape): Promise<HeapReport> {
  const server = await starting
  try {
    // The compiler's own garbage comes first and is not the queries'.
    await generate(server, { ...shape, seconds: 6 })
    const earlier = server.log()
    const outcome = await generate(server, { ...shape, warmUpSeconds: 0, seconds: HEAP_SECONDS })
    return heapGrowth(earlier, server.log().slice(earlier.length), outcome.answered)
  } finally {
    await server.stop()
  }
}

async function benchBigZone(
  settings: Settings,
  dir: string,
  shapeOf: (load: Load) => LoadShape,
  results: Results,
): Promise<void> {
  const zone = await writeMillionZone(join(dir, 'million', 'million.example.zone'), settings.records, 1)
  const wants = (load: Load): boolean => settings.loads.includes(load)
  if (wants('million'))
    await compare(settings, settings.millionServers, pinned([zone]), ['million'], shapeOf, results)
  if (wants('load-time'))
    for (let round = 1; round <= LOAD_TIME_ROUNDS; round++)
      for (const kind of settings.millionServers.filter(server => server !== 'echo')) {
        const loaded = await timeLoading(kind, zone, settings.records)
        results.loaded.push(loaded)
        console.error(
          `  load-time ${kind} ${loaded.seconds.toFixed(2)} s, ${megabytes(loaded.memoryBytes)} MB`,
        )
      }
  if (!wants('reload')) return
  let serial = 1
  for (let round = 1; round <= RELOAD_ROUNDS; round++)
    for (const kind of settings.millionServers.filter(server => server !== 'echo')) {
      const reloaded = await reloadUnderLoad(kind, zone, settings.records, shapeOf('million'), ++serial)
      results.reloaded.push(reloaded)
      const { before, during } = reloaded
      console.error(
        `  reload ${kind} lost ${reloaded.lost}, ${reloaded.reloadSeconds.toFixed(2)} s, ` +
          `p99 ${before.p99Us.toFixed(0)} → ${during.p99Us.toFixed(0)} µs`,
      )
    }
}

async function benchGeo(
  settings: Settings,
  dir: string,
  shapeOf: (load: Load) => LoadShape,
  results: Results,
): Promise<void> {
  const wants = (load: Load): boolean => settings.loads.includes(load)
  const start = (kind: ServerKind): Promise<BenchServer> => {
    if (!hasGeo(kind)) throw new Error(`${kind} answers by no geography`)
    return startGeoServer(kind, { cpus: SERVER_CPU })
  }
  if (wants('geo')) await compare(settings, settings.servers.filter(hasGeo), start, ['geo'], shapeOf, results)
  if (!settings.servers.includes('meridian')) return
  if (wants('geo-many'))
    results.geoMany = await measureMany(dir, settings.rounds, shapeOf('geo'), shapeOf('geo-many'))
  if (wants('geo-start')) results.geoStarts = await measureStarts()
  if (wants('flip')) results.flipped = await measureFlips(shapeOf('flip'))
  if (wants('geo-heap'))
    results.geoHeap = await watchHeap(
      startGeoServer('meridian', { cpus: '', nodeArgs: HEAP_NODE_ARGS }),
      shapeOf('geo'),
    )
}

function loadTable(loaded: readonly Loaded[]): string {
  const kinds = [...new Set(loaded.map(one => one.server))]
  const rows = kinds.map(kind => {
    const mine = loaded.filter(one => one.server === kind)
    return [
      kind,
      median(mine.map(one => one.seconds)).toFixed(2),
      megabytes(median(mine.map(one => one.memoryBytes))),
    ]
  })
  return `**from process start to the first answer, the big zone**\n\n${table(['server', 'seconds', 'MB'], rows)}`
}

function reloadTable(reloaded: readonly Reloaded[]): string {
  const head = [
    'server',
    'rate q/s',
    'sent',
    'lost',
    'p99 µs before',
    'p99 µs during',
    '×',
    'reload s',
    'MB at most',
  ]
  const kinds = [...new Set(reloaded.map(one => one.server))]
  const rows = kinds.map(kind => {
    const mine = reloaded.filter(one => one.server === kind)
    const of = (pick: (one: Reloaded) => number): number => median(mine.map(pick))
    const sum = (pick: (one: Reloaded) => number): number => mine.reduce((total, one) => total + pick(one), 0)
    return [
      kind,
      Math.round(of(one => one.rate)).toLocaleString('en'),
      sum(one => one.sent).toLocaleString('en'),
      `${sum(one => one.lost)}`,
      of(one => one.before.p99Us).toFixed(0),
      of(one => one.during.p99Us).toFixed(0),
      of(one => one.during.p99Us / one.before.p99Us).toFixed(2),
      of(one => one.reloadSeconds).toFixed(2),
      megabytes(of(one => one.memoryBytesMax)),
    ]
  })
  return `**reload of the big zone at half of capacity**\n\n${table(head, rows)}`
}

function heapLines(heap: HeapReport, load: string): string {
  const isolates = heap.isolates.map(
    one =>
      `thread ${one.isolate}: ${one.collections} collections found ${(one.grownBytes / 1e6).toFixed(1)} MB more, ` +
      `at most ${one.bytesPerQuery.toFixed(2)} octets a query`,
  )
  const rest = `threads without a collection: under ${heap.unseenBytesPerQuery.toFixed(2)} octets a query`
  const title = `**heap growth of Meridian over ${heap.queries.toLocaleString('en')} queries of ${load}**`
  return [title, '', ...isolates.map(line => `- ${line}`), `- ${rest}`].join('\n')
}

function printReport(settings: Settings, results: Results): void {
  for (const { server, version } of [...results.loaded, ...results.reloaded])
    results.versions[server] = version
  const versions = Object.entries(results.versions).filter(([, version]) => version !== '')
  const parts = [
    [
      `${new Date().toISOString().slice(0, 10)}, ${describeMachine()}, Node ${process.version}, seed ${settings.seed},`,
      `EDNS ${settings.ednsBytes}, ${settings.window} queries in the air from ${settings.sockets} ports,`,
      `median of ${settings.rounds} rounds of ${settings.seconds} s after ${HEATING_SECONDS} s that do not count.`,
      `${settings.records.toLocaleString('en')} records in the big zone.`,
      `Load average at the start ${results.loadAverage.toFixed(1)}.`,
      `Versions: ${versions.map(([kind, version]) => `${kind} ${version}`).join(', ')}.`,
    ].join(' '),
    summaryTables(summarise(results.rows), new Map(Object.entries(LOADS))),
  ]
  if (results.loaded.length > 0) parts.push(loadTable(results.loaded))
  if (results.reloaded.length > 0) parts.push(reloadTable(results.reloaded))
  if (results.heap !== undefined) parts.push(heapLines(results.heap, 'names'))
  if (results.prices !== undefined) parts.push(priceLines(results.prices))
  if (results.attacked !== undefined) parts.push(attackLines(results.attacked))
  parts.push(ratioLines(results.rows))
  if (results.geoMany !== undefined) parts.push(manyLines(results.geoMany))
  if (results.geoStarts !== undefined) parts.push(startLines(results.geoStarts))
  if (results.flipped !== undefined) parts.push(flipLines(results.flipped))
  if (results.geoHeap !== undefined) parts.push(heapLines(results.geoHeap, 'geo'))
  console.log(parts.filter(part => part !== '').join('\n\n'))
}

async function main(): Promise<void> {
  const settings = readSettings()
  if (settings === undefined) return console.log(HELP)
  if (process.platform !== 'linux') throw new Error('the bench reads /proc and uses recvmmsg: Linux only')
  const dir = makeTempDir('meridian-bench-')
  const results: Results = { rows: [], loaded: [], reloaded: [], versions: {}, loadAverage: loadavg()[0]! }
  const shapeOf = shapes(settings, dir)
  const small = settings.loads.filter(load => SMALL_LOADS.includes(load))
  const smallZones = writeSmallZones(join(dir, 'small'))
  if (small.length > 0) await compare(settings, settings.servers, pinned(smallZones), small, shapeOf, results)
  if (settings.loads.some(load => MILLION_LOADS.includes(load)))
    await benchBigZone(settings, dir, shapeOf, results)
  if (settings.loads.includes('heap') && settings.servers.includes('meridian'))
    results.heap = await watchHeap(
      startServer('meridian', smallZones, { cpus: '', nodeArgs: HEAP_NODE_ARGS }),
      shapeOf('names'),
    )
  if (settings.loads.includes('taps'))
    results.prices = await measurePrices(smallZones, shapeOf('names'), settings.rounds)
  if (settings.loads.includes('admin'))
    results.attacked = await measureAttacks(smallZones, shapeOf('names'), settings.rounds, settings.seed)
  if (settings.loads.some(load => GEO_LOADS.includes(load))) await benchGeo(settings, dir, shapeOf, results)
  printReport(settings, results)
  const folder = join(ROOT, 'bench-results')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`)
  const machine = describeMachine()
  writeFileSync(
    path,
    `${JSON.stringify({ machine, node: process.version, settings, ...results }, null, 1)}\n`,
  )
  console.error(`saved ${path}`)
}

await main()
