/** Spans of OpenTelemetry traces, and their form in OTLP's JSON. Knows no endpoint and nothing of what is traced. */

import { randomBytes } from 'node:crypto'

export type AttributeValue = string | number | boolean | readonly string[]
export type Attributes = Readonly<Record<string, AttributeValue>>

export const SpanKind = { Internal: 1, Server: 2 } as const

export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** Absent for the first of its trace. */
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: (typeof SpanKind)[keyof typeof SpanKind]
  /** Wall clock, with fractions. */
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Attributes
}

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

export function newTraceId(): string {
  return randomBytes(TRACE_ID_BYTES).toString('hex')
}

export function newSpanId(): string {
  return randomBytes(SPAN_ID_BYTES).toString('hex')
}

/** An ExportTraceServiceRequest, ids in hex and 64-bit numbers in decimal as OTLP has it. */
export function otlpJson(resource: Attributes, scopeVersion: string, spans: readonly Span[]): string {
  const scopeSpans = [{ scope: { name: 'meridian', version: scopeVersion }, spans: spans.map(spanJson) }]
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans }] })
}

function spanJson({ startMs, endMs, attributes, ...span }: Span): unknown {
  return {
    ...span,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(Math.max(startMs, endMs)),
    attributes: keyValues(attributes),
  }
}

function nanoseconds(ms: number): string {
  const whole = Math.floor(ms)
  return `${BigInt(whole) * 1_000_000n + BigInt(Math.floor((ms - whole) * 1e6))}`
}

function keyValues(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: AttributeValue): unknown {
  switch (typeof value) {
    case 'string':
      return { stringValue: value }
    case 'boolean':
      return { boolValue: value }
    case 'number':
      return Number.isInteger(value) ? { intValue: `${value}` } : { doubleValue: value }
    default:
      return { arrayValue: { values: value.map(text => ({ stringValue: text })) } }
  }
}
