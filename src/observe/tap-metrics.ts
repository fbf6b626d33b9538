/** The metrics of what is observed of the traffic: dnstap messages and spans, told and lost. */

import type { MetricFacts, TapFacts } from './metric-facts.ts'
import type { Family, Row } from './metrics.ts'

/** Nothing where nothing is observed. */
function dnstapRows(rows: (dnstap: NonNullable<TapFacts['dnstap']>) => readonly Row[]): Family['rows'] {
  return ({ taps }: MetricFacts) => (taps?.dnstap === undefined ? [] : rows(taps.dnstap))
}

export const TAP_FAMILIES: readonly Family[] = [
  {
    name: 'meridian_dnstap_messages_total',
    help: 'dnstap messages sent, and those lost to a full ring, for want of a receiver, or to a slow one.',
    kind: 'counter',
    labels: ['result'],
    rows: dnstapRows(({ sent, droppedRing, droppedUnheard, droppedTooSlow }) => [
      { labels: { result: 'sent' }, value: sent },
      { labels: { result: 'ring-full' }, value: droppedRing },
      { labels: { result: 'no-receiver' }, value: droppedUnheard },
      { labels: { result: 'slow-receiver' }, value: droppedTooSlow },
    ]),
  },
  {
    name: 'meridian_dnstap_receiver_connected',
    help: '1 while there is a dnstap receiver.',
    kind: 'gauge',
    rows: dnstapRows(({ connected }) => [{ value: connected ? 1 : 0 }]),
  },
  {
    name: 'meridian_trace_spans_total',
    help: 'Spans that the endpoint took, and those it never will.',
    kind: 'counter',
    labels: ['result'],
    rows: ({ taps }) =>
      taps?.spans === undefined
        ? []
        : [
            { labels: { result: 'sent' }, value: taps.spans.sent },
            { labels: { result: 'dropped' }, value: taps.spans.dropped },
          ],
  },
]
