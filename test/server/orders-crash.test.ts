/** `kill -9` of the whole server at random moments, while operators give orders as fast as they can: what was
 *  acknowledged holds after the restart, by the server's own word, and no file is half written. Ten kills here;
 *  `ORDER_KILLS=50` for more. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { readCheckedLines } from '../../src/health/memory/checked-lines.ts'
import type { OverrideAction } from '../../src/health/overrides/override.ts'
import { type Override, overrideKey, overrideText } from '../../src/health/overrides/override.ts'
import { JOURNAL_FILE, OverrideStore, SNAPSHOT_FILE } from '../../src/health/overrides/store.ts'
import { SmallWorld } from '../steering/small-world.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { MAIN } from './built.ts'
import { giveOrder, tellServer } from './control.ts'
import { Meridian, runMeridian, stopAll, zoneText } from './meridian.ts'

const KILLS = Number(process.env['ORDER_KILLS'] ?? 10)
const OPERATORS = 4
const REGIONS = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5']
const ACTIONS: readonly OverrideAction[] = ['drain', 'undrain', 'force-up', 'force-down', 'force-auto']
/** Every third time one more is killed while it starts, with the files of the one before. */
const START_MS_MAX = 400
const ORDERS_MS_MAX = 250

const ZONE = zoneText(
  1,
  `${REGIONS.map((name, i) => `$REGION ${name} at=${i},8 country=DE\n${name}.live A 192.0.2.${i}`).join('\n')}
$POLICY p regions=${REGIONS.join(',')} order=listed
live GSLB p
`,
)

describe('orders and kill -9 of the server', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  let state = seed
  const throwDice = (sides: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % sides
  }
  let world: SmallWorld
  let first: Meridian
  let stateDir: string
  /** The latest acknowledged of each key. */
  const acknowledged = new Map<string, Override>()
  /** Sent, and nobody knows. By their reason, which no two share. */
  const unsaid = new Set<string>()
  let count = 0

  before(() => {
    world = new SmallWorld()
    stateDir = makeTempDir('meridian-state-')
  })
  after(async () => {
    await stopAll()
    for (const dir of [world.dir, stateDir]) removeTempDir(dir)
  })

  const words = (): string[] => {
    const common = ['--listen', '127.0.0.1:0', '--workers', '1', '--log-level', 'debug']
    return [...common, '--state', stateDir, '--geo', world.database, '--admin', 'off']
  }

  async function start(): Promise<Meridian> {
    const server = await Meridian.start({ 'shop.test.zone': ZONE }, words())
    await server.logged(({ msg }) => msg === 'taking orders')
    return server
  }

  async function dieStarting(delayMs: number): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'serve', '--zones', first.zonesDir, ...words()], {
      stdio: 'ignore',
    })
    await pause(delayMs)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** Until the server is gone. */
  async function operate(): Promise<void> {
    for (;;) {
      const why = `order ${++count}`
      unsaid.add(why)
      const pattern = `${throwDice(3) === 0 ? 'live.shop.test/' : ''}${REGIONS[throwDice(REGIONS.length)]}`
      try {
        const { override, warnings } = await giveOrder(stateDir, ACTIONS[throwDice(5)]!, pattern, { why })
        expect(warnings).to.deep.equal([])
        unsaid.delete(why)
        acknowledge(override)
      } catch (error) {
        if ((error as Error).name === 'AssertionError') throw error
        return
      }
    }
  }

  function acknowledge(override: Override): void {
    const key = overrideKey(override)
    const known = acknowledged.get(key)
    if (known === undefined || known.stamp.wallMs < override.stamp.wallMs) acknowledged.set(key, override)
  }

  /** What was acknowledged, or what was sent after it and may have been on the disk already. */
  function expectKept(found: readonly Override[], where: string): void {
    const byKey = new Map(found.map(one => [overrideKey(one), one]))
    for (const [key, override] of byKey) {
      const known = acknowledged.get(key)
      if (known !== undefined && overrideText(known) === overrideText(override)) continue
      expect(unsaid.has(override.why), `${where}: ${key} is ${overrideText(override)}`).to.equal(true)
      if (known !== undefined) expect(override.stamp.wallMs, where).to.be.above(known.stamp.wallMs)
      acknowledge(override)
    }
    expect(
      [...acknowledged.keys()].filter(key => !byKey.has(key)),
      where,
    ).to.deep.equal([])
    unsaid.clear()
  }

  /** On a copy: reading mends. */
  async function expectWholeFiles(where: string): Promise<void> {
    const dir = makeTempDir('meridian-copy-')
    for (const file of [SNAPSHOT_FILE, JOURNAL_FILE]) {
      if (!existsSync(join(stateDir, file))) continue
      copyFileSync(join(stateDir, file), join(dir, file))
      const { damaged, torn } = readCheckedLines(readFileSync(join(dir, file), 'utf8'))
      expect(damaged, `${where}: ${file}`).to.deep.equal([])
      if (file === SNAPSHOT_FILE) expect(torn, `${where}: ${file}`).to.equal(false)
    }
    const { store, problems } = OverrideStore.open(dir, 'copy', Date.now())
    await store.close()
    expect(
      problems.filter(({ code }) => code !== 'torn-state'),
      where,
    ).to.deep.equal([])
    expectKept(store.replica.all(), where)
    removeTempDir(dir)
  }

  it(`keeps what was acknowledged, ${KILLS} times (SEED=${seed})`, async () => {
    first = await start()
    // The real command, too: it is acknowledged when it says so.
    expect(runMeridian(['drain', 'r0', '--state', stateDir, '--why', 'by hand']).code).to.equal(0)
    const status = await tellServer(stateDir, { kind: 'status' })
    for (const one of status.kind === 'status' ? status.health!.overrides : []) acknowledge(one)
    let server = first
    for (let kill = 0; kill < KILLS; kill++) {
      const where = `SEED=${seed}, kill ${kill}`
      const operators = Array.from({ length: OPERATORS }, operate)
      await pause(throwDice(ORDERS_MS_MAX))
      server.signal('SIGKILL')
      await Promise.all([server.ended(), ...operators])
      await expectWholeFiles(where)
      if (kill % 3 === 2) await dieStarting(throwDice(START_MS_MAX))
      server = await start()
      const reply = await tellServer(stateDir, { kind: 'status' })
      expectKept(reply.kind === 'status' ? reply.health!.overrides : [], where)
    }
  })
}).timeout(600_000)
