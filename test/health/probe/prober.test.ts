/** The prober as a whole, with real sockets: samples, gaps, updates, and an end that leaves nothing open. */

import { createServer } from 'node:http'
import { expect } from 'chai'
import { parseAddress } from '../../../src/base/address.ts'
import { monotonicMs, wallClockMs } from '../../../src/base/clock.ts'
import { DenyList } from '../../../src/health/probe/deny.ts'
import {
  FAILURE_REASONS,
  isProbeKind,
  PROBE_KINDS,
  type ProbeGap,
  type ProbeSample,
  type ProbeSpec,
  type ProbeTarget,
  probeKey,
} from '../../../src/health/probe/probe.ts'
import { Prober } from '../../../src/health/probe/prober.ts'
import { realTiming } from '../../../src/health/probe/timing.ts'
import { CHECK_KINDS, type Check } from '../../../src/policy/steering.ts'
import { seededDice } from './fake-timing.ts'
import { authority, closedPort, listen, rawServer, specOf, stopServers, targetOf } from './servers.ts'

const NOBODY = new DenyList([])
const INTERVAL_MS = 100

describe('the prober', () => {
  let samples: ProbeSample[]
  let gaps: ProbeGap[]
  let prober: Prober
  let heard: () => void

  /** Until something holds of what was heard. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>(resolve => (heard = resolve))
  }
  const of = (id: string): ProbeSample[] => samples.filter(({ targetId }) => targetId === id)

  beforeEach(() => {
    samples = []
    gaps = []
    heard = () => undefined
    prober = new Prober({
      timing: realTiming,
      dice: seededDice(1),
      wallClock: wallClockMs,
      authorities: [authority.cert],
      onSample(sample) {
        samples.push(sample)
        heard()
      },
      onGap(gap) {
        gaps.push(gap)
        heard()
      },
    })
  })

  afterEach(async () => {
    prober.stop()
    await stopServers()
  })

  it('probes from the start, again and again, and says who is well and who is not', async () => {
    const port = await listen(createServer((_, response) => response.end('fine')))
    const well = targetOf({ kind: 'http', target: '/', port, intervalMs: INTERVAL_MS }, '127.0.0.1', 'well')
    const ill = targetOf(
      { kind: 'tcp', port: await closedPort(), intervalMs: INTERVAL_MS },
      '127.0.0.1',
      'ill',
    )
    const beganMs = monotonicMs()
    prober.update([well, ill], NOBODY)
    await until(() => of('well').length >= 3 && of('ill').length >= 3)
    for (const sample of of('well')) expect(sample).to.include({ ok: true, detail: '200', warning: '' })
    for (const sample of of('ill')) expect(sample).to.include({ ok: false, reason: 'refused' })
    for (const { reason, atMs, elapsedMs } of samples) {
      if (reason !== undefined) expect(FAILURE_REASONS).to.include(reason)
      expect(atMs).to.be.above(beganMs)
      expect(elapsedMs).to.be.at.least(0)
    }
    expect(prober.figures()).to.include({ jobs: 2, denied: 0, started: samples.length })
  })

  it('sends nothing to a denied address, says so once, and no sample', async () => {
    let connections = 0
    const port = await rawServer(() => connections++)
    const denied = targetOf({ kind: 'tcp', port, intervalMs: INTERVAL_MS }, '127.0.0.1', 'denied')
    const mapped = targetOf({ kind: 'tcp', port, intervalMs: INTERVAL_MS }, '::ffff:127.0.0.1', 'mapped')
    const allowed = targetOf(
      { kind: 'tcp', port: await closedPort(), intervalMs: INTERVAL_MS },
      '::1',
      'allowed',
    )
    const deny = new DenyList(['127.0.0.0/8'])
    prober.update([denied, mapped, allowed], deny)
    prober.update([denied, mapped, allowed], deny)
    await until(() => of('allowed').length >= 3)
    expect(samples.map(({ targetId }) => targetId)).to.not.include.members(['denied', 'mapped'])
    expect(gaps.map(({ targetId, cause }) => `${targetId} ${cause}`)).to.deep.equal([
      'denied denied',
      'mapped denied',
    ])
    expect(gaps[0]?.detail).to.equal('probes.deny forbids 127.0.0.1')
    expect([connections, prober.figures().denied]).to.deep.equal([0, 2])
  })

  it('probes an address again once it is no longer denied', async () => {
    const port = await rawServer(() => undefined)
    const target = targetOf({ kind: 'tcp', port, intervalMs: INTERVAL_MS })
    prober.update([target], new DenyList(['127.0.0.1']))
    prober.update([target], NOBODY)
    await until(() => samples.length > 0)
    expect(samples[0]?.ok).to.equal(true)
  })

  it('has no word of a target that was taken away or changed while its probe was under way', async () => {
    const isAsked = new Promise<number>(resolve => {
      const port = rawServer(async socket => socket.once('data', () => void port.then(resolve)))
      void port.then(one =>
        prober.update([targetOf({ kind: 'http', target: '/', port: one, intervalMs: 100 })], NOBODY),
      )
    })
    await isAsked
    const port = await closedPort()
    prober.update([targetOf({ kind: 'tcp', port, intervalMs: INTERVAL_MS })], NOBODY)
    await until(() => samples.length >= 2)
    expect(samples.map(({ reason }) => reason)).to.not.include('timeout')
    expect(samples.map(({ reason }) => reason)).to.not.include('closed')
  })

  it('leaves no socket open, whatever became of its probes', async () => {
    const openSockets = (): number =>
      process.getActiveResourcesInfo().filter(name => /^(TCP|TLS|UDP)/.test(name)).length
    const silent = await rawServer(() => undefined)
    const closed = await closedPort()
    const before = openSockets()
    const targets = PROBE_KINDS.flatMap(kind =>
      [silent, closed].map(port => {
        const security = kind === 'grpc' ? 'plain' : 'verified'
        const part = {
          kind,
          target: '/',
          port,
          intervalMs: INTERVAL_MS,
          timeoutMs: INTERVAL_MS / 2,
          security,
        } as const
        return targetOf(part, '127.0.0.1', `${kind} ${port}`)
      }),
    )
    prober.update(targets, NOBODY)
    await until(() => targets.every(({ id }) => of(id).length >= 2) && openSockets() > before)
    prober.stop()
    while (openSockets() > before) await new Promise(resolve => setTimeout(resolve, 5))
  })

  it('can be given new targets by who hears a sample', async () => {
    const port = await rawServer(() => undefined)
    heard = () => prober.update([], NOBODY)
    prober.update([targetOf({ kind: 'tcp', port, intervalMs: INTERVAL_MS })], NOBODY)
    while (samples.length === 0) await new Promise(resolve => setImmediate(resolve))
    expect(prober.figures()).to.include({ jobs: 0, running: 0 })
  })
})

describe('a check of the zone language', () => {
  it('can be handed over as it is', () => {
    const spot = { file: '', line: 1, column: 1, width: 1 }
    const rest = { index: 0, name: 'edge', fall: 3, rise: 2, tag: '', minPassing: 0, spot }
    const checks: readonly Check[] = CHECK_KINDS.map(kind => ({ ...rest, ...specOf({ kind: 'tcp' }), kind }))
    // That it compiles is half of the test.
    const specs: readonly ProbeSpec[] = checks.flatMap(({ kind, ...check }) =>
      isProbeKind(kind) ? { ...check, kind } : [],
    )
    expect(specs.map(({ kind }) => kind).sort()).to.deep.equal([...PROBE_KINDS].sort())
  })
})

describe('the key of a probe', () => {
  const base = targetOf({ kind: 'https', target: '/', port: 443 })
  const others: readonly [string, ProbeTarget][] = [
    ['path', { ...base, spec: { ...base.spec, target: '/other' } }],
    ['port', { ...base, spec: { ...base.spec, port: 8443 } }],
    ['interval', { ...base, spec: { ...base.spec, intervalMs: 1 } }],
    ['timeout', { ...base, spec: { ...base.spec, timeoutMs: 1 } }],
    ['host', { ...base, spec: { ...base.spec, host: 'other.test' } }],
    ['name, where no host is said', { ...base, name: 'other.test.' }],
    ['verification', { ...base, spec: { ...base.spec, security: 'unverified' } }],
    ['expected text', { ...base, spec: specOf({ ...base.spec, expect: { text: 'x' } }) }],
    ['address', { ...base, address: parseAddress('192.0.2.1')! }],
  ]
  for (const [title, other] of others)
    it(`differs by ${title}`, () => {
      expect(probeKey(other)).to.not.equal(probeKey(base))
    })

  it('is the same for other ids, and for other names where the name is not said to the target', () => {
    expect(probeKey({ ...base, id: 'two' })).to.equal(probeKey(base))
    const tcp = targetOf({ kind: 'tcp', port: 80 })
    expect(probeKey({ ...tcp, name: 'other.test.' })).to.equal(probeKey(tcp))
  })
})
