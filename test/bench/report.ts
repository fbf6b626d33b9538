/** Rounds of measurements → medians, ratios and Markdown tables. Knows only numbers and names. */

import type { Measured } from './measure.ts'

export interface Row {
  readonly load: string
  readonly server: string
  readonly round: number
  readonly measured: Measured
}

export interface Summary {
  readonly load: string
  readonly server: string
  readonly totalUs: number
  readonly userUs: number
  readonly systemUs: number
  readonly queriesPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
  readonly memoryBytes: number
  readonly lost: number
  readonly wrong: number
  /** CPU time per query over the reference server's of the same round; the median of the rounds. */
  readonly ratio: number | undefined
}

export const REFERENCE = 'gdnsd'

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function summarise(rows: readonly Row[]): Summary[] {
  return groupBy(rows, row => `${row.load}\t${row.server}`).map(group => {
    const { load, server } = group[0]!
    const of = (pick: (measured: Measured) => number): number => median(group.map(row => pick(row.measured)))
    return {
      load,
      server,
      totalUs: of(m => m.cost.totalUs),
      userUs: of(m => m.cost.userUs),
      systemUs: of(m => m.cost.systemUs),
      queriesPerSecond: of(m => m.queriesPerSecond),
      p50Us: of(m => m.latencies.p50Us),
      p99Us: of(m => m.latencies.p99Us),
      memoryBytes: of(m => m.memoryBytes),
      lost: group.reduce((sum, row) => sum + row.measured.lost, 0),
      wrong: group.reduce((sum, row) => sum + row.measured.wrong, 0),
      ratio: ratioOf(group, rows),
    }
  })
}

function ratioOf(group: readonly Row[], rows: readonly Row[]): number | undefined {
  const ratios = group.flatMap(row => {
    const reference = rows.find(
      other => other.load === row.load && other.round === row.round && other.server === REFERENCE,
    )
    return reference === undefined ? [] : [row.measured.cost.totalUs / reference.measured.cost.totalUs]
  })
  return ratios.length === 0 ? undefined : median(ratios)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]?.length ?? 0), 3))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const dashes = widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`))
  const rule = `|${dashes.join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

export function summaryTables(summaries: readonly Summary[], titles: ReadonlyMap<string, string>): string {
  const parts: string[] = []
  for (const group of groupBy(summaries, summary => summary.load)) {
    const rows = group.map(s => [
      s.server,
      s.totalUs.toFixed(2),
      s.userUs.toFixed(2),
      s.systemUs.toFixed(2),
      s.ratio === undefined ? '' : s.ratio.toFixed(2),
      Math.round(s.queriesPerSecond).toLocaleString('en'),
      s.p50Us.toFixed(0),
      s.p99Us.toFixed(0),
      megabytes(s.memoryBytes),
      `${s.lost}`,
    ])
    const head = [
      'server',
      'CPU µs/query',
      'user',
      'system',
      `× ${REFERENCE}`,
      'q/s',
      'p50 µs',
      'p99 µs',
      'MB',
      'lost',
    ]
    parts.push(`**${titles.get(group[0]!.load) ?? group[0]!.load}**\n\n${table(head, rows)}`)
  }
  return parts.join('\n\n')
}

/** Groups in the order in which their keys first appear. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()]
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
