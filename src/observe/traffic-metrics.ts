/** The metrics of what is asked and answered: queries, answers, steering, workers, sockets. */

import {
  BATCH_SIZES,
  BATCH_SIZES_AT,
  COUNTED_TYPES,
  Counter,
  LATENCIES_AT,
  LATENCY_BOUNDS_US,
  LATENCY_SUM_AT,
  QUERIES_AT,
  sumQueries,
  TYPES_COUNTED,
} from '../base/counters.ts'
import type { MetricFacts, WorkerFacts } from './metric-facts.ts'
import type { Family, HistogramFamily, Row } from './metrics.ts'

const TRANSPORTS = ['udp', 'tcp'] as const

/** At their numbers; BADVERS is the last. */
const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
  'RCODE11',
  '',
  '',
  '',
  'BADVERS',
]

function sumOf({ workers }: MetricFacts, counter: number): number {
  return workers.reduce((sum, { counters }) => sum + counters[counter]!, 0)
}

function counterOf(name: string, help: string, counter: number): Family {
  return { name, help, kind: 'counter', rows: facts => [{ value: sumOf(facts, counter) }] }
}

/** Sums of counters `from` to `from + length`. */
function sumsOf(facts: MetricFacts, from: number, length: number): number[] {
  return Array.from({ length }, (_, i) => sumOf(facts, from + i))
}

function queryRows(facts: MetricFacts): Row[] {
  return TRANSPORTS.flatMap((transport, i) =>
    COUNTED_TYPES.map(([type], place) => {
      const at = QUERIES_AT + i * 2 * TYPES_COUNTED + place
      return { labels: { transport, type }, value: sumOf(facts, at) + sumOf(facts, at + TYPES_COUNTED) }
    }),
  )
}

function subnetRows(facts: MetricFacts): Row[] {
  return TRANSPORTS.map((transport, i) => {
    const at = QUERIES_AT + (i * 2 + 1) * TYPES_COUNTED
    return { labels: { transport }, value: sumsOf(facts, at, TYPES_COUNTED).reduce((a, b) => a + b) }
  })
}

/** Only what happened: of sixteen rcodes a zone has three or four. */
function answerRows({ rcodes }: MetricFacts): Row[] {
  return [...rcodes].flatMap(([zone, counts]) =>
    [...counts].flatMap((value, i) => (value === 0 ? [] : [{ labels: { zone, rcode: RCODES[i]! }, value }])),
  )
}

function steeringRows({ steering }: MetricFacts): Row[] {
  return steering.answers.map(({ count, ...labels }) => ({ labels, value: count }))
}

function workerRows(value: (worker: WorkerFacts) => number | undefined): Family['rows'] {
  return ({ workers }) =>
    workers.flatMap(worker => {
      const known = value(worker)
      return known === undefined ? [] : [{ labels: { worker: worker.name }, value: known }]
    })
}

export const TRAFFIC_FAMILIES: readonly Family[] = [
  {
    name: 'meridian_queries_total',
    help: 'Queries by transport and type; types beyond the usual count as "other".',
    kind: 'counter',
    labels: ['transport', 'type'],
    rows: queryRows,
  },
  {
    name: 'meridian_client_subnet_queries_total',
    help: 'Queries that came with a client subnet (ECS) that is believed.',
    kind: 'counter',
    labels: ['transport'],
    rows: subnetRows,
  },
  {
    name: 'meridian_answers_total',
    help: 'Answers by zone of the asked name (empty for names in none) and rcode.',
    kind: 'counter',
    labels: ['zone', 'rcode'],
    rows: answerRows,
  },
  counterOf(
    'meridian_truncated_answers_total',
    'Answers with TC: the asker comes back by TCP.',
    Counter.Truncated,
  ),
  counterOf('meridian_referrals_total', 'Answers that refer to another server.', Counter.Referrals),
  counterOf(
    'meridian_ignored_packets_total',
    'Packets that deserve no answer: too short, or responses.',
    Counter.Dropped,
  ),
  counterOf('meridian_received_bytes_total', 'Octets of queries.', Counter.BytesIn),
  counterOf('meridian_sent_bytes_total', 'Octets of answers.', Counter.BytesOut),
  counterOf('meridian_send_errors_total', 'Answers that the kernel would not send.', Counter.SendErrors),
  {
    name: 'meridian_steering_answers_total',
    help: 'Answers by policy, by their first region and why it was first.',
    kind: 'counter',
    labels: ['zone', 'policy', 'region', 'reason'],
    rows: steeringRows,
  },
  {
    name: 'meridian_unknown_place_answers_total',
    help: 'Answers by policy to clients whose country is not known, by sample.',
    kind: 'counter',
    labels: ['zone', 'policy'],
    rows: ({ steering }) => steering.unknownPlace.map(({ count, ...labels }) => ({ labels, value: count })),
  },
  {
    name: 'meridian_audited_answers_total',
    help: 'Answers by policy that were looked into afterwards.',
    kind: 'counter',
    rows: ({ steering }) => [{ value: steering.audited }],
  },
  {
    name: 'meridian_residency_violations_total',
    help: 'Audited answers with a region outside the fence of the client; must stay 0.',
    kind: 'counter',
    rows: ({ steering }) => [{ value: steering.violations }],
  },
  {
    name: 'meridian_worker_cpu_seconds_total',
    help: 'Time that a worker was on a core; its rate is how busy it is.',
    kind: 'counter',
    labels: ['worker'],
    rows: workerRows(({ cpuSeconds }) => cpuSeconds),
  },
  {
    name: 'meridian_worker_busy_ratio',
    help: 'Share of the last seconds that a worker was on a core.',
    kind: 'gauge',
    labels: ['worker'],
    rows: workerRows(({ busyRatio }) => busyRatio),
  },
  {
    name: 'meridian_worker_plan_generation',
    help: 'The plan that a worker answers from.',
    kind: 'gauge',
    labels: ['worker'],
    rows: workerRows(({ counters }) => counters[Counter.Generation]!),
  },
  {
    name: 'meridian_worker_restarts_total',
    help: 'How often a worker died and was replaced.',
    kind: 'counter',
    labels: ['worker'],
    rows: workerRows(({ deaths }) => deaths),
  },
  {
    name: 'meridian_socket_dropped_packets_total',
    help: 'Datagrams that the kernel dropped because the buffer of our socket was full.',
    kind: 'counter',
    labels: ['address'],
    rows: ({ sockets }) => sockets.map(({ address, dropped }) => ({ labels: { address }, value: dropped })),
  },
  {
    name: 'meridian_socket_queued_bytes',
    help: 'Octets that wait in our sockets to be read.',
    kind: 'gauge',
    labels: ['address'],
    rows: ({ sockets }) =>
      sockets.map(({ address, queuedBytes }) => ({ labels: { address }, value: queuedBytes })),
  },
  {
    name: 'meridian_tcp_connections',
    help: 'TCP clients connected now.',
    kind: 'gauge',
    rows: facts => [{ value: sumOf(facts, Counter.TcpOpen) }],
  },
  counterOf('meridian_tcp_accepted_total', 'TCP clients that connected.', Counter.TcpAccepted),
  counterOf(
    'meridian_tcp_refused_total',
    'TCP clients turned away: too many connections of one.',
    Counter.TcpRefused,
  ),
  counterOf(
    'meridian_tcp_idle_closed_total',
    'TCP connections closed because they were idle.',
    Counter.TcpClosedIdle,
  ),
]

export const TRAFFIC_HISTOGRAMS: readonly HistogramFamily[] = [
  {
    name: 'meridian_answer_duration_seconds',
    help: 'From the socket back to the socket, over UDP, of one batch in 64; all its queries count.',
    read: facts => ({
      bounds: LATENCY_BOUNDS_US.map(us => us / 1e6),
      counts: sumsOf(facts, LATENCIES_AT, LATENCY_BOUNDS_US.length + 1),
      sum: sumOf(facts, LATENCY_SUM_AT) / 1e6,
    }),
  },
  {
    name: 'meridian_batch_queries',
    help: 'Datagrams that a worker took from its socket at once.',
    read: facts => ({
      bounds: Array.from({ length: BATCH_SIZES - 1 }, (_, i) => 2 ** (i + 1) - 1),
      counts: sumsOf(facts, BATCH_SIZES_AT, BATCH_SIZES),
      sum:
        sumQueries(
          facts.workers.map(({ counters }) => counters),
          0,
        ) + sumOf(facts, Counter.Dropped),
    }),
  },
]
