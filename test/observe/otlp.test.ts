/** The exporter of traces: what an endpoint is sent, again after what may pass, never more than a bounded queue, and
 *  told once when it does not take them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Log, LogFields } from '../../src/observe/log.ts'
import { OtlpExporter, QUEUE_SPANS_MAX } from '../../src/observe/otlp-exporter.ts'
import { headersOfFile, headersOfVariable } from '../../src/observe/otlp-headers.ts'
import type { Span } from '../../src/observe/spans.ts'
import { OtlpReceiver } from '../tools/otlp-receiver.ts'
import { withTempDir } from '../tools/process.ts'

const SPAN: Span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  parentSpanId: 'eee19b7ec3c1b173',
  name: 'query',
  kind: 2,
  startMs: 1_700_000_000_123.25,
  endMs: 1_700_000_000_124.5,
  attributes: { text: 'a', whole: 18, part: 0.5, yes: true, list: ['b', 'c'] },
}

class Lines implements Log {
  readonly lines: (LogFields & { msg: string })[] = []
  readonly debug = (fields: LogFields, msg: string): void => void this.lines.push({ ...fields, msg })
  readonly info = this.debug
  readonly warn = this.debug
  readonly error = this.debug
}

describe('the exporter of traces', () => {
  let receiver: OtlpReceiver
  let exporter: OtlpExporter
  const log = new Lines()

  const open = async (
    react?: Parameters<typeof OtlpReceiver.listen>[0],
    headers: () => Record<string, string> = () => ({}),
  ): Promise<void> => {
    log.lines.length = 0
    receiver = await OtlpReceiver.listen(react)
    const resource = { 'service.name': 'meridian' }
    exporter = new OtlpExporter({ endpoint: receiver.url, headers, resource, version: '1', log, gatherMs: 5 })
  }
  afterEach(async () => {
    await exporter.stop()
    await receiver.close()
  })

  it('sends spans whole, in batches', async () => {
    await open(undefined, () => ({ Authorization: 'Bearer t' }))
    for (let i = 0; i < 1_000; i++) exporter.add({ ...SPAN, name: `query ${i}` })
    await receiver.span(({ name }) => name === 'query 999')
    expect(receiver.requests.map(({ url, spans }) => [url, spans])).to.deep.equal([
      ['/v1/traces', 512],
      ['/v1/traces', 488],
    ])
    expect(receiver.requests[0]!.headers).to.include({
      authorization: 'Bearer t',
      'content-type': 'application/json',
    })
    const { traceId, spanId, parentSpanId, kind, startNs, endNs, attributes, resource } = receiver.spans[0]!
    expect({ traceId, spanId, parentSpanId, kind, attributes }).to.deep.equal({
      traceId: SPAN.traceId,
      spanId: SPAN.spanId,
      parentSpanId: SPAN.parentSpanId,
      kind: 2,
      attributes: SPAN.attributes,
    })
    expect([startNs, endNs]).to.deep.equal([1_700_000_000_123_250_000n, 1_700_000_000_124_500_000n])
    expect(resource).to.deep.equal({ 'service.name': 'meridian' })
  })

  it('tries again what may pass, and says once that it did not', async () => {
    await open(i => (i < 3 ? { status: 503, headers: { 'Retry-After': '0' } } : { status: 200 }))
    exporter.add(SPAN)
    await receiver.span(() => true)
    await exporter.stop()
    expect(receiver.requests).to.have.length(4)
    expect(log.lines.map(({ msg, reason }) => [msg, reason])).to.deep.equal([
      ['traces are not taken', 'HTTP status 503'],
      ['traces are taken again', undefined],
    ])
    expect(exporter.dropped).to.equal(0)
  })

  it('drops what is refused for good', async () => {
    await open(i => ({ status: i === 0 ? 400 : 200 }))
    exporter.add({ ...SPAN, name: 'first' })
    while (exporter.dropped === 0) await new Promise(resolve => setTimeout(resolve, 5))
    exporter.add({ ...SPAN, name: 'second' })
    await receiver.span(({ name }) => name === 'second')
    expect(receiver.spans).to.have.length(1)
  })

  it('holds no more than its queue while nobody answers, and ends all the same', async () => {
    await open(() => 'silent')
    for (let i = 0; i < QUEUE_SPANS_MAX + 1_000; i++) exporter.add(SPAN)
    // The first batch is on its way and waits in no queue any more.
    expect(exporter.dropped).to.equal(1_000 - 512)
    const sent = receiver.requests.length
    expect(sent).to.be.at.most(1)
  })

  it('tells an endpoint that nobody listens at', async () => {
    await open()
    await receiver.close()
    exporter.add(SPAN)
    while (log.lines.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    expect(log.lines[0]!['reason']).to.match(/ECONNREFUSED/)
  })
})

describe('headers for traces', () => {
  it('come from a file', () =>
    withTempDir(dir => {
      const path = join(dir, 'headers')
      writeFileSync(path, '# of the collector\nAuthorization: Bearer a:b=c\n\nX-Tenant:school\n')
      expect(headersOfFile(path)).to.deep.equal({ Authorization: 'Bearer a:b=c', 'X-Tenant': 'school' })
    }))

  it("come from OpenTelemetry's own variable", () => {
    expect(headersOfVariable('api-key=a%20b, x-tenant=school,broken=%zz')).to.deep.equal({
      'api-key': 'a b',
      'x-tenant': 'school',
      broken: '%zz',
    })
    expect(headersOfVariable('')).to.deep.equal({})
  })
})
