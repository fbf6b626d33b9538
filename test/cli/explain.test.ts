/** `meridian explain` is what the server does: the same answers and scopes for random clients, and the same steps
 *  when a running server is asked. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { hasErrors } from '../../src/base/problem.ts'
import { askPlan, printRecord } from '../../src/cli/explain-reply.ts'
import { Shelf } from '../../src/cli/explain-shelf.ts'
import { type Explanation, explainName } from '../../src/cli/explain-walk.ts'
import { judgeSteering } from '../../src/compile/steered-zone.ts'
import { compileZone } from '../../src/compile/zone-image.ts'
import { listZoneFolder } from '../../src/control/zone-folder.ts'
import { buildGeo } from '../../src/geo/build.ts'
import type { GeoTable } from '../../src/geo/table.ts'
import type { ZonePart } from '../../src/plan/plan.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import { Meridian, stopAll } from '../server/meridian.ts'
import { SmallWorld } from '../steering/small-world.ts'

const ZONES = join(import.meta.dirname, '..', 'steering', 'now')
const LISTEN_ON_BOTH = ['--listen', '127.0.0.1:0', '--listen', '[::1]:0', '--workers', '1']
const SHOP = readFileSync(join(ZONES, 'shop.example.zone'), 'utf8')

describe('meridian explain', () => {
  let world: SmallWorld
  let geo: GeoTable

  before(() => {
    world = new SmallWorld()
    const built = buildGeo({ databases: [world.database], overrides: undefined, stateDir: undefined })
    expect(hasErrors(built.problems)).to.equal(false)
    geo = built.table!
  })
  after(() => world.remove())

  describe('answers as the plan does', () => {
    const plan = (): ZonePart[] =>
      listZoneFolder(ZONES).files.map(({ path, apex }) => {
        const { zone } = loadZone(path, apex)
        return compileZone(zone!, judgeSteering(zone!, geo).steered)
      })
    const names = ['live.classroom.example', 'shop.example', 'www.shop.example', 'a.rooms.shop.example']
    const others = ['stick.shop.example', 'pair.shop.example', 'alias.shop.example', 'strict.shop.example']
    const types = [1, 28, 16, 255]

    it('for random clients, names and types', () => {
      const parts = plan()
      const files = listZoneFolder(ZONES).files
      fc.assert(
        fc.property(
          fc.constantFrom(...names, ...others, 'nowhere.shop.example', 'a.old.shop.example'),
          fc.constantFrom(...types),
          fc.uint8Array({ minLength: 4, maxLength: 4 }),
          (name, type, octets) => {
            // Half of all clients are where the small world is.
            octets[0] = octets[0]! < 128 ? 16 + (octets[0]! % 24) : octets[0]!
            const address = { family: 4 as const, octets }
            const question = {
              name: nameFromText(name)!,
              type,
              asker: { address, bits: 32 },
              down: [],
              over: [],
            }
            const explained = explainName(new Shelf(files), () => geo, question) as Explanation
            const reply = askPlan(parts, question.name, type, address)
            expect(explained.answer).to.deep.equal(reply.answer.map(printRecord))
            expect(explained.rcode === 'NXDOMAIN').to.equal(reply.rcode === 3)
            expect(explained.rcode === 'REFUSED').to.equal(reply.rcode === 5)
          },
        ),
        { numRuns: 300 },
      )
    })
  })

  describe('by a running server', () => {
    afterEach(stopAll)

    const start = (words: readonly string[] = []): Promise<Meridian> =>
      Meridian.start({ 'shop.example.zone': SHOP }, [...LISTEN_ON_BOTH, '--geo', world.database, ...words])
    const ask = (port: number, words: readonly string[], address = '127.0.0.1') =>
      world.run(['explain', ...words, '--server', `${address}:${port}`])

    it('tells the steps that the zone files tell, for IPv4 and IPv6 clients, also of an IPv6 server', async () => {
      const server = await start()
      for (const from of ['36.0.0.1', '24.1.0.0/16', '2a00::1', '2400::/32']) {
        const here = world.run(['explain', 'shop.example', '--from', from, '--zones', ZONES, '--json'])
        const [{ steps }] = JSON.parse(here.stdout).explanations as [{ steps: string[] }]
        const decided = steps.filter(step => !/^(?:zone|client) /.test(step))
        for (const [endpoint, address] of ['127.0.0.1', '[::1]'].entries()) {
          const there = ask(server.port(endpoint), ['shop.example', '--from', from, '--json'], address)
          expect(there.code, there.stderr).to.equal(0)
          const told = JSON.parse(there.stdout).steps as string[]
          expect(told[0]).to.equal(`client ${from} (client subnet)`)
          expect(told.slice(1)).to.deep.equal(decided)
        }
      }
    })

    it('tells of names that no policy answers, and of those that are not there', async () => {
      const server = await start()
      const plain = ask(server.port(), ['ns1.shop.example'])
      expect([plain.code, plain.stdout]).to.deep.equal([
        0,
        `ns1.shop.example. by 127.0.0.1:${server.port()}\n  ns1.shop.example. is not answered by policy\n`,
      ])
      const missing = ask(server.port(), ['no.shop.example'])
      expect(missing.stderr).to.match(/has no name no\.shop\.example\. that a policy answers/)
      expect(missing.code).to.equal(1)
    })

    it('comes over TCP when the steps do not fit a packet', async () => {
      const regions = Array.from({ length: 60 }, (_, i) => `region-number-${i}`)
      const lines = [
        ...regions.map((region, i) => `$REGION ${region} at=${i / 2},${i} country=DE`),
        `$POLICY p regions=${regions.join(',')}`,
        'live GSLB p',
        ...regions.map(region => `${region}.live A 192.0.2.1`),
      ]
      const server = await start()
      await server.rebuiltBy(() =>
        server.write(
          'many.test.zone',
          `$TTL 300\n@ SOA ns1 x 1 2h 30m 14d 60\n@ NS ns1\nns1 A 192.0.2.53\n${lines.join('\n')}\n`,
        ),
      )
      const { code, stdout } = ask(server.port(), ['live.many.test', '--from', '24.0.0.1'])
      expect(stdout.match(/ kept: /g)).to.have.length(60)
      expect(code).to.equal(0)
    })

    it('is refused by a server that does not know us, and says so', async () => {
      const server = await start(['--diagnostics-allow', '192.0.2.0/24'])
      const { code, stderr } = ask(server.port(), ['shop.example', '--from', '36.0.0.1'])
      expect(stderr).to.match(/refuses to explain shop\.example\.[^]*diagnostics\.allow/)
      expect(code).to.equal(1)
    })

    it('says when nobody answers there, and leaves with 3', async () => {
      const server = await start()
      const port = server.port()
      await stopAll()
      const { code, stderr } = ask(port, ['shop.example'])
      expect(stderr).to.match(/^error: 127\.0\.0\.1:\d+ does not answer: .*\n {2}hint: does it run/)
      expect(code).to.equal(3)
    })

    for (const [words, complaint] of [
      [['--server', 'localhost:5300'], /"localhost:5300" is not ADDR:PORT/],
      [['--server', '127.0.0.1'], /"127\.0\.0\.1" is not ADDR:PORT/],
      [
        ['--server', '127.0.0.1:5300', '--from', 'DE'],
        /a server can be asked for an address or a prefix only/,
      ],
    ] as const)
      it(`refuses ${words.join(' ')}`, () => {
        const { code, stderr } = world.run(['explain', 'shop.example', ...words])
        expect(stderr).to.match(complaint)
        expect(code).to.equal(2)
      })
  })
})
