/** How many queries a second, of late: what the workers counted, looked at every few seconds. Counts nothing itself. */

import type { Clock } from '../base/clock.ts'
import { Counter, type CounterBlock, sumCounters, sumQueries } from '../base/counters.ts'

export interface Traffic {
  /** Since the start. */
  readonly queriesUdp: number
  readonly queriesTcp: number
  readonly dropped: number
  readonly tcpOpen: number
  readonly answers: {
    readonly noerror: number
    readonly nxdomain: number
    readonly refused: number
    readonly servfail: number
  }
  /** Over the last seconds and over the last minute, or as long as it runs. */
  readonly perSecond: number
  readonly perSecondOfMinute: number
  /** Of the last minute's queries, what was answered SERVFAIL, 0 to 1. */
  readonly servfailShare: number
}

interface Look {
  readonly atMs: number
  readonly queries: number
  readonly servfail: number
}

export const LOOK_INTERVAL_MS = 5_000
const LOOKS = 13

const Transport = { Udp: 0, Tcp: 1 } as const
const Rcode = { NoError: 0, ServFail: 2, NxDomain: 3, Refused: 5 } as const

export class TrafficMeter {
  private readonly blocks: () => readonly CounterBlock[]
  private readonly rcodes: () => Float64Array
  private readonly clock: Clock
  /** Oldest first. */
  private looks: Look[]

  /** `rcodes`: how many answers there were of each, by number. */
  constructor(blocks: () => readonly CounterBlock[], rcodes: () => Float64Array, clock: Clock) {
    this.blocks = blocks
    this.rcodes = rcodes
    this.clock = clock
    this.looks = [this.now()]
  }

  /** To be called every `LOOK_INTERVAL_MS`. */
  look(): void {
    this.looks = [...this.looks, this.now()].slice(-LOOKS)
  }

  read(): Traffic {
    const blocks = this.blocks()
    const sum = (counter: number): number => sumCounters(blocks, counter)
    const rcodes = this.rcodes()
    const now = this.now()
    const recent = this.looks.findLast(({ atMs }) => now.atMs - atMs >= LOOK_INTERVAL_MS) ?? this.looks[0]!
    const oldest = this.looks[0]!
    const asked = now.queries - oldest.queries
    return {
      queriesUdp: sumQueries(blocks, Transport.Udp),
      queriesTcp: sumQueries(blocks, Transport.Tcp),
      dropped: sum(Counter.Dropped),
      tcpOpen: sum(Counter.TcpOpen),
      answers: {
        noerror: rcodes[Rcode.NoError]!,
        nxdomain: rcodes[Rcode.NxDomain]!,
        refused: rcodes[Rcode.Refused]!,
        servfail: rcodes[Rcode.ServFail]!,
      },
      perSecond: perSecond(recent, now),
      perSecondOfMinute: perSecond(oldest, now),
      servfailShare: asked === 0 ? 0 : (now.servfail - oldest.servfail) / asked,
    }
  }

  private now(): Look {
    const blocks = this.blocks()
    return {
      atMs: this.clock(),
      queries: sumQueries(blocks, Transport.Udp) + sumQueries(blocks, Transport.Tcp),
      servfail: this.rcodes()[Rcode.ServFail]!,
    }
  }
}

function perSecond(from: Look, to: Look): number {
  const seconds = (to.atMs - from.atMs) / 1_000
  return seconds <= 0 ? 0 : Math.round(((to.queries - from.queries) / seconds) * 10) / 10
}
