/** The log's two forms: JSON for machines, a short line for people, out of the same calls. */
import { expect } from 'chai'
import { createLog, type LogFields } from '../../src/observe/log.ts'

async function written(
  format: 'json' | 'pretty',
  fields: LogFields,
  options: { level?: string; colours?: boolean } = {},
): Promise<string> {
  let text = ''
  const { level = 'info', colours = false } = options
  const log = await createLog({ level, format, colours, write: line => (text += line) })
  log.debug({}, 'hidden')
  log.warn(fields, 'region is down')
  return text
}

const FIELDS = {
  subject: 'live.shop.test/a',
  cause: 'edge: "connect timeout"',
  list: ['a', 'b'],
  more: { n: 1 },
}

describe('a line of the log', () => {
  it('is an object with level, time and text before machines', async () => {
    const line = await written('json', FIELDS)
    expect(line).to.match(/^\{.*\}\n$/)
    const { time, ...rest } = JSON.parse(line) as Record<string, unknown>
    expect(rest).to.deep.equal({ level: 'warn', ...FIELDS, msg: 'region is down' })
    expect(new Date(String(time)).toISOString()).to.equal(time)
  })

  it('is a short line before people', async () => {
    expect(await written('pretty', FIELDS)).to.match(
      /^[\d:]{8} warn {2}region is down subject=live\.shop\.test\/a cause=edge: "connect timeout" list=a,b more=/,
    )
  })

  it('has colours only where asked', async () => {
    expect(await written('pretty', FIELDS, { colours: true })).to.include('\x1b[33mwarn\x1b[0m')
    expect(await written('json', FIELDS, { colours: true })).not.to.include('\x1b')
  })

  it('shows a problem by its own form, and a command to paste on a line of its own', async () => {
    const details = 'a.zone:3:1 error unknown-region there is no region x\n  hint: did you mean y?'
    expect(await written('pretty', { details, code: 'unknown-region' })).to.match(
      /^\d\d:\d\d:\d\d a\.zone:3:1 warn unknown-region there is no region x\n {2}hint: did you mean y\?\n$/,
    )
    expect(await written('pretty', { try: 'dig @::1' })).to.match(
      /region is down\n\n {2}Try: {2}dig @::1\n\n$/,
    )
  })

  it('is written from its level up', async () => {
    expect(await written('json', {}, { level: 'error' })).to.equal('')
    expect(await written('json', {}, { level: 'debug' })).to.include('hidden')
  })
})
