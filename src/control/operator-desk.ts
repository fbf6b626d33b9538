/** Answers an operator: takes orders, tells health and status. Knows the desk and the plan; knows no sockets. */

import type { Clock } from '../base/clock.ts'
import { closest } from '../base/suggest.ts'
import type { RegionView } from '../health/judge/region-view.ts'
import { regionLine } from '../health/judge/text.ts'
import type { Log } from '../observe/log.ts'
import {
  type ControlReply,
  type HealthRequest,
  type NameReport,
  type OrderRequest,
  type RegionReport,
  readRequest,
  type SharingReport,
  type StatusReply,
} from './control-messages.ts'
import type { HealthDesk } from './health-desk.ts'
import { meantRegions, noSuchRegion, stateNow } from './meant-regions.ts'
import { push } from './push-desk.ts'
import { type StatusFacts, statusReport } from './status-report.ts'

/** How long an operator waits to hear whether the fleet has his order. */
const SHARED_WITHIN_MS = 1_000

export interface OperatorDeskOptions {
  /** Opened at the first order or question, if nothing asked for it before. */
  readonly desk: () => Promise<HealthDesk>
  readonly openedDesk: () => HealthDesk | undefined
  /** All that is not health. */
  readonly status: () => StatusFacts
  readonly log: Log
  readonly clock: Clock
  readonly wallClock: Clock
}

export class OperatorDesk {
  private readonly options: OperatorDeskOptions

  constructor(options: OperatorDeskOptions) {
    this.options = options
  }

  /** One line for one line. */
  async answer(line: string): Promise<string> {
    const request = readRequest(line)
    return JSON.stringify(await this.reply(request))
  }

  private async reply(request: ReturnType<typeof readRequest>): Promise<ControlReply> {
    switch (request.kind) {
      case 'refused':
        return request
      case 'order':
        return this.order(await this.options.desk(), request)
      case 'push':
        return push(await this.options.desk(), request, this.options)
      case 'health':
        return this.health(await this.options.desk(), request)
      case 'status':
        return this.status(this.options.openedDesk())
      default:
        return request satisfies never
    }
  }

  private async order(desk: HealthDesk, { forMs, ...request }: OrderRequest): Promise<ControlReply> {
    const { action: asked, by: whom, why: reason } = request
    const order = { action: asked, pattern: request.pattern, by: whom, why: reason }
    const meant = meantRegions(desk, order.pattern)
    const isLifting = order.action === 'undrain' || order.action === 'force-auto'
    if (meant?.length === 0 && !isLifting) return noSuchRegion(desk, order.pattern)
    const given = desk.judging(nowMs =>
      desk.book.override(forMs === undefined ? order : { ...order, forMs }, nowMs),
    )
    if ('refused' in given) return { kind: 'refused', text: given.refused }
    const { override, kept } = given
    const { action, by, why, untilWallMs } = override
    const until = untilWallMs === undefined ? undefined : new Date(untilWallMs).toISOString()
    this.options.log.info({ action, pattern: override.pattern, by, why, until }, "operator's order")
    const regions = (meant ?? []).map(one => stateNow(desk, one))
    // It holds already. Whoever gave it should know that it will stay, and whether the other nodes can have it too.
    const [problems] = await Promise.all([kept, desk.orders?.given(SHARED_WITHIN_MS)])
    const warnings = problems.map(({ text }) => text)
    for (const warning of warnings) this.options.log.error({}, warning)
    return { kind: 'order', override, warnings, regions, ...sharingOf(desk) }
  }

  private health(desk: HealthDesk, { name, history }: HealthRequest): ControlReply {
    const wanted = name?.toLowerCase().replace(/(.)\.$/, '$1')
    const targets = desk.targets.filter(target => wanted === undefined || target.name === wanted)
    if (wanted !== undefined && targets.length === 0) {
      const names = desk.targets.map(target => target.name)
      const hint = closest(wanted, names)
      const text = `no name ${wanted} is answered by policy here`
      return hint === undefined ? { kind: 'refused', text } : { kind: 'refused', text, hint }
    }
    const reports = targets.map(({ zone, name: one }) => this.report(desk, zone, one))
    if (!history) return { kind: 'health', names: reports, ...sharingOf(desk) }
    const changes = targets.flatMap(target => desk.book.changes(target.zone, target.name))
    return { kind: 'health', names: reports, history: changes }
  }

  private report(desk: HealthDesk, zone: string, name: string): NameReport {
    const nowMs = this.options.clock()
    // Reading the lines makes the ages those of now.
    desk.book.lines(zone, name, nowMs)
    const doubted = desk.book.doubts().find(doubt => doubt.zone === zone && doubt.name === name)
    const views = desk.book.regions(zone, name) ?? []
    return {
      zone,
      name,
      doubted: doubted?.sources ?? [],
      regions: views.map(view => reportOf(view, nowMs, this.options.wallClock())),
    }
  }

  private status(desk: HealthDesk | undefined): StatusReply {
    return statusReport(this.options.status(), desk, this.options.clock(), this.options.wallClock())
  }
}

function sharingOf({ orders }: HealthDesk): { sharing?: SharingReport[] } {
  return orders === undefined ? {} : { sharing: orders.report() }
}

function reportOf(view: RegionView, nowMs: number, wallMs: number): RegionReport {
  const { region, state, judged, shareUp, checks, source, detail, override } = view
  return {
    region,
    state,
    judged,
    forMs: Math.round(nowMs - view.sinceMs),
    shareUp,
    checks,
    source,
    detail,
    ...(override === undefined ? {} : { override }),
    addresses: view.addresses.map(one => ({
      address: one.address,
      state: one.state,
      forMs: Math.round(nowMs - one.sinceMs),
      source: one.source,
      detail: one.detail,
    })),
    line: regionLine(view, nowMs, wallMs),
  }
}
