/** The program as a newcomer meets it: it answers, on every transport, at the first go. */
import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { printRr } from '../answers/print.ts'
import { Type } from '../tools/ask.ts'
import { tool } from '../tools/tools.ts'
import { Meridian, rcodeOf, stopAll, zoneText } from './meridian.ts'

const CHAOS = 3
const ZONES = { 'shop.test.zone': zoneText(1), 'class.test.zone': zoneText(1, 'www IN A 192.0.2.2') }

async function text(server: Meridian, name: string): Promise<string> {
  const reply = await server.ask(name, Type.TXT, { class: CHAOS })
  return reply.answer.map(printRr).join()
}

describe('meridian serve', () => {
  afterEach(stopAll)

  for (const udp of ['native', 'dgram'])
    it(`answers over UDP and TCP, on IPv4 and IPv6 (--udp ${udp})`, async () => {
      const words = ['--listen', '127.0.0.1:0', '--listen', '[::1]:0', '--workers', '2', '--udp', udp]
      const server = await Meridian.start(ZONES, words)
      for (const [endpoint, address] of ['127.0.0.1', '::1'].entries())
        for (const tcp of [false, true]) {
          const reply = await server.ask('www.shop.test', Type.A, { tcp, address, endpoint })
          expect(reply.answer.map(printRr)).to.deep.equal(['www.shop.test. 300 A 192.0.2.1'])
          expect(reply.aa).to.equal(true)
          expect(reply.id).to.equal(4711)
        }
      expect(await server.address('www.class.test')).to.equal('192.0.2.2')
    })

  it('refuses names of zones it does not have', async () => {
    const server = await Meridian.start(ZONES)
    for (const tcp of [false, true])
      expect(rcodeOf(await server.ask('www.elsewhere.test', Type.A, { tcp }))).to.equal('REFUSED')
  })

  it('says a line of dig that works when pasted', async () => {
    const dig = await tool('dig')
    const server = await Meridian.start(ZONES)
    const [word, ...rest] = String(server.log.at(-1)!['try']).split(' ')
    expect(word).to.equal('dig')
    expect(execFileSync(dig, [...rest, '+short'], { encoding: 'utf8' }).trim()).to.equal('192.0.2.2')
  })

  it('replies from the address that was asked when it listens on all of them', async () => {
    const server = await Meridian.start(ZONES, ['--listen', '0.0.0.0:0', '--workers', '1'])
    // The client's socket is connected, so a reply from another address would never reach it.
    for (const address of ['127.0.0.1', '127.0.0.5', '127.1.2.3'])
      for (const tcp of [false, true])
        expect((await server.ask('www.shop.test', Type.A, { address, tcp })).answer).to.have.length(1)
  })

  it('tells its version and identity, or keeps them to itself', async () => {
    const listen = ['--listen', '127.0.0.1:0', '--workers', '1']
    const open = await Meridian.start(ZONES, [...listen, '--identity', 'fra-1'])
    const shut = await Meridian.start(ZONES, [...listen, '--identity', '', '--hide-version'])
    expect(await text(open, 'id.server')).to.contain('"fra-1"')
    expect(await text(open, 'version.bind')).to.match(/"meridian \d+\.\d+\.\d+"/)
    expect(await text(shut, 'id.server')).to.equal('')
    expect(await text(shut, 'version.bind')).to.equal('')
  })

  it('starts on an empty folder, and serves the first zone that appears', async () => {
    const server = await Meridian.start({})
    expect(rcodeOf(await server.ask('www.late.test', Type.A))).to.equal('REFUSED')
    await server.rebuiltBy(() => server.write('late.test.zone', zoneText(1)))
    expect(await server.address('www.late.test')).to.equal('192.0.2.1')
  })

  it('lets $ORIGIN move a zone away from its file name', async () => {
    const server = await Meridian.start({ 'any.name.zone': `$ORIGIN moved.test.\n${zoneText(1)}` })
    expect(await server.address('www.moved.test')).to.equal('192.0.2.1')
    expect(await server.address('www.any.name')).to.equal('REFUSED')
  })
})
