/** A real resolver that caches by scope (Unbound, RFC 7871 §7.3) in front of Meridian: clients in random order, again
 *  and again, always get what Meridian tells them directly. A scope too wide would show here as somebody else's
 *  answer. `RESOLVER_SEED` repeats a run, `RESOLVER_CLIENTS` sets its size. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Dice, seedFrom } from '../differential/dice.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'
import { APEX, type GeoWorld, meridianZone, REGIONS, randomGeoWorld } from './geo-world.ts'
import { type Resolver, startResolver } from './resolver.ts'
import { type GeoServer, startMeridian } from './servers.ts'
import { askAll, lengthened, randomSubnet, type Subnet, subnetText } from './subnets.ts'

const REPEATS = 6
const SHOWN_MAX = 10

/** Beside `live`: chosen by hash, and fenced in. */
const MORE = `
$POLICY spread regions=${REGIONS.map(({ name }) => name).join(',')} order=hash
$POLICY fenced (
  regions=${REGIONS.map(({ name }) => name).join(',')}
  residency=eu:euc1
  residency=JP,IN:apne1
)
${['spread', 'fenced']
  .flatMap(owner => [
    `${owner} 60 GSLB ${owner}`,
    ...REGIONS.map(({ name, address }) => `${name}.${owner} 60 A ${address}`),
  ])
  .join('\n')}
`
const NAMES = ['live', 'spread', 'fenced'].map(owner => `${owner}.${APEX}`)

interface Question {
  readonly name: string
  readonly subnet: Subnet
}

describe('a resolver that caches by scope', () => {
  const seed = seedFrom('RESOLVER_SEED')
  const clients = Number(process.env['RESOLVER_CLIENTS'] ?? 800)
  let dir = ''
  let world: GeoWorld
  let server: GeoServer
  let resolver: Resolver

  before(async function () {
    await tool('unbound', this)
    dir = makeTempDir('meridian-resolver-test-')
    world = randomGeoWorld(new Dice(seed))
    const mmdb = join(dir, 'world.mmdb')
    writeFileSync(mmdb, world.mmdb)
    server = await startMeridian(APEX, meridianZone(world) + MORE, mmdb)
  })

  beforeEach(async () => {
    resolver = await startResolver(APEX, server.port)
  })

  afterEach(() => resolver?.stop())

  after(async () => {
    await server?.stop()
    if (dir !== '') removeTempDir(dir)
  })

  for (const [what, bits4, bits6] of [
    ['the usual length', 24, 56],
    ['whole addresses', 32, 128],
    ['every length', undefined, undefined],
  ] as const)
    it(`hands nobody another's answer; client subnets of ${what} (RESOLVER_SEED=${seed})`, async function () {
      this.timeout(60_000)
      const dice = new Dice(seed + (bits4 ?? 0))
      const questions = randomQuestions(dice, world, clients, bits4, bits6)
      const direct = await tell(server.port, questions, false)
      const wrong: string[] = []
      const before = resolver.passedOn()
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const order = shuffled(dice, questions.length)
        const told = await tell(
          resolver.port,
          order.map(i => questions[i]!),
          true,
        )
        order.forEach((i, at) => {
          if (told[at] === direct[i]) return
          const { name, subnet } = questions[i]!
          wrong.push(`${name} for ${subnetText(subnet)}: ${told[at]}, directly ${direct[i]}`)
        })
      }
      const passedOn = resolver.passedOn() - before
      const asked = questions.length * REPEATS
      console.log(`      ${asked} questions, ${asked - passedOn} answered from the cache`)
      expect(wrong.slice(0, SHOWN_MAX), `${wrong.length} wrong, seed ${seed}`).to.deep.equal([])
      // Each distinct question passed on once would be no more than caching by client: scopes shared them, too.
      expect(passedOn).to.be.below(questions.length * 0.9)
    })
})

/** Each client asks for each name. */
function randomQuestions(
  dice: Dice,
  world: GeoWorld,
  clients: number,
  bits4: number | undefined,
  bits6: number | undefined,
): Question[] {
  return Array.from({ length: clients }, () => {
    const subnet = randomSubnet(dice, world.prefixes)
    const bits = subnet.family === 4 ? bits4 : bits6
    return bits === undefined ? subnet : lengthened(dice, subnet, bits)
  }).flatMap(subnet => NAMES.map(name => ({ name, subnet })))
}

/** In a word each: rcode and addresses. */
async function tell(
  port: number,
  questions: readonly Question[],
  recursionDesired: boolean,
): Promise<string[]> {
  const answers = await askAll(port, questions, { recursionDesired })
  return answers.map(answer =>
    answer === undefined ? 'silence' : `${answer.rcode} ${answer.addresses.join()}`,
  )
}

function shuffled(dice: Dice, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = dice.below(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
