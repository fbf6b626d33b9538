/** What `ramp=` and `max-withdraw=` do to the answers of a running server. The regions' addresses are real servers on
 *  loopback addresses. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { Type } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Endpoints } from './endpoints.ts'
import { Meridian, stopAll, strings, zoneText } from './meridian.ts'

const [A, B, C] = ['127.0.0.2', '127.0.0.3', '127.0.0.4']
const NAME = 'live.shop.test'

function steered(port: number, settings: string): string {
  return zoneText(
    1,
    `$REGION a at=50.1,8.7 country=DE
$REGION b at=38.9,-77.4 country=US
$REGION c at=48.9,2.3 country=FR
$CHECK  edge http=/ port=${port} interval=400ms timeout=400ms fall=2 rise=1
$POLICY p regions=a,b,c health=edge ttl=1..5 ${settings}
live    GSLB p
a.live  60 A ${A}
b.live  60 A ${B}
c.live  60 A ${C}
`,
  )
}

/** Of questions about health a server answers fifty a second. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(30)
}

describe('a recovery', () => {
  let endpoints: Endpoints
  let stateDir: string

  beforeEach(async () => {
    endpoints = await Endpoints.open(A, B, C)
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    await endpoints.close()
    removeTempDir(stateDir)
  })

  async function start(settings: string): Promise<Meridian> {
    const words = ['--listen', '127.0.0.1:0', '--workers', '1', '--state', stateDir]
    const server = await Meridian.start({ 'shop.test.zone': steered(endpoints.port, settings) }, words)
    await untilHealth(server, /^a up .*\nb up .*\nc up /)
    return server
  }

  const untilHealth = (server: Meridian, wanted: RegExp): Promise<void> =>
    until(async () => wanted.test((await strings(server, `_health.${NAME}`)).join('\n')))

  /** For the i-th /24 of forty. */
  async function asked(server: Meridian, i: number): Promise<{ address: string; scopeBits: number }> {
    const { answer, opt } = await server.ask(NAME, Type.A, { ednsBytes: 1232, subnet: [81, 2, i] })
    const option = opt!.options.find(({ code }) => code === 8)!
    return { address: [...answer[0]!.rdata].join('.'), scopeBits: option.data[3]! }
  }

  it('with ramp= gives a region its clients back a few at a time, each for good', async () => {
    const server = await start('order=listed ramp=3s')
    expect((await asked(server, 0)).address).to.equal(A)
    await endpoints.kill(A)
    await until(async () => (await asked(server, 0)).address === B)
    await endpoints.revive(A)
    const subnets = Array.from({ length: 40 }, (_, i) => i)
    const back = new Set<number>()
    const sizes = new Set<number>()
    const lines = new Set<string>()
    while (back.size < subnets.length) {
      for (const i of subnets) {
        const { address, scopeBits } = await asked(server, i)
        expect(address).to.be.oneOf(back.has(i) ? [A] : [A, B])
        if (address !== A) continue
        back.add(i)
        // A scope that held other units would give some resolver's clients the wrong region.
        if (back.size < 10) expect(scopeBits).to.equal(24)
      }
      sizes.add(back.size)
      lines.add((await strings(server, `_health.${NAME}`))[0]!)
      await pause(50)
    }
    expect(sizes.size).to.be.greaterThan(3)
    expect([...lines].some(line => /^a up .* ramp=\d\d%/.test(line))).to.equal(true)
    await until(async () => (await asked(server, 0)).scopeBits === 0)
  })

  it('with max-withdraw=100% believes one source that all regions are down', async () => {
    const server = await start('order=listed max-withdraw=100%')
    await Promise.all([A, B, C].map(address => endpoints.kill(address)))
    await untilHealth(server, /^a down .*\nb down .*\nc down /)
    expect(server.log.filter(line => /doubted/.test(line.msg))).to.deep.equal([])
  })

  it('with max-withdraw=70% believes it of two of three, and doubts it at the third', async () => {
    const server = await start('order=listed max-withdraw=70%')
    await Promise.all([A, B].map(address => endpoints.kill(address)))
    await until(async () => (await asked(server, 0)).address === C)
    await endpoints.kill(C)
    await untilHealth(server, /^a .*doubted=probe/)
    expect((await asked(server, 0)).address).to.equal(A)
  })
})
