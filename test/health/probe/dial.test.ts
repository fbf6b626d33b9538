/** What the system's errors are taken for: news of the target, or only of this host. */

import { Socket } from 'node:net'
import { expect } from 'chai'
import { Attempt } from '../../../src/health/probe/attempt.ts'
import { settleBy, watch } from '../../../src/health/probe/dial.ts'
import type { ProbeOutcome } from '../../../src/health/probe/probe.ts'
import { FakeTiming } from './fake-timing.ts'
import { shown } from './servers.ts'

const ROWS: readonly [string, RegExp][] = [
  ['ECONNREFUSED', /^refused: connection refused while connecting$/],
  ['ECONNRESET', /^closed: /],
  ['EPIPE', /^closed: /],
  ['EHOSTUNREACH', /^unreachable: host unreachable/],
  ['ENETUNREACH', /^unreachable: network unreachable/],
  ['ETIMEDOUT', /^timeout: /],
  ['EMFILE', /^\(local\): this host could not: EMFILE happened$/],
  ['ENOBUFS', /^\(local\): /],
  ['EADDRNOTAVAIL', /^\(local\): /],
  ['EPERM', /^\(local\): /],
  ['EINVAL', /^\(local\): /],
  ['HPE_INVALID', /^bad-reply: HPE_INVALID happened$/],
]

const failure = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code} happened`), { code })

describe('an error of the system', () => {
  let outcome: Promise<ProbeOutcome>
  let attempt: Attempt

  beforeEach(() => {
    outcome = new Promise(resolve => (attempt = new Attempt(new FakeTiming(), 1_000, resolve)))
  })

  for (const [code, meaning] of ROWS)
    it(`${code} is ${meaning.source}`, async () => {
      settleBy(attempt, failure(code), 'bad-reply')
      expect(shown(await outcome)).to.match(meaning)
    })

  it('ENETUNREACH is our own lack of a route when it comes at once', async () => {
    const socket = new Socket()
    watch(attempt, socket, '2001:db8::1', error => settleBy(attempt, error, 'bad-reply'))
    socket.destroy(failure('ENETUNREACH'))
    expect(shown(await outcome)).to.equal('(local): no route to 2001:db8::1')
  })

  it('ENETUNREACH is a network that is gone when a router had the time to say so', async () => {
    const socket = new Socket()
    watch(attempt, socket, '2001:db8::1', error => settleBy(attempt, error, 'bad-reply'))
    setImmediate(() => socket.destroy(failure('ENETUNREACH')))
    expect(shown(await outcome)).to.match(/^unreachable: /)
  })
})
