/** The same map and the same MMDB file in Meridian and in gdnsd's geoip plug-in: the same region and the same scope
 *  for random client subnets, or a difference that a rule explains. `GEO_SEED` repeats a run, `GEO_COUNT` sets its
 *  size. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Dice, seedFrom } from '../differential/dice.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'
import { type Case, isSame, ruleFor, type Witness } from './differences.ts'
import {
  APEX,
  type GeoWorld,
  gdnsdPlugins,
  gdnsdZone,
  meridianZone,
  randomGeoWorld,
  STEERED,
} from './geo-world.ts'
import { type GeoServer, startGdnsd, startMeridian } from './servers.ts'
import { type Answered, askAll, randomSubnet, type Subnet, subnetText } from './subnets.ts'

const WORLDS = 4
const SHOWN_MAX = 10

describe("gdnsd's geoip plug-in and Meridian, on one map and one MMDB file", () => {
  const seed = seedFrom('GEO_SEED')
  const count = Number(process.env['GEO_COUNT'] ?? 20_000)
  const running: GeoServer[] = []
  let dir = ''

  before(async function () {
    await tool('gdnsd', this)
    dir = makeTempDir('meridian-geo-')
  })

  afterEach(async () => {
    await Promise.all(running.splice(0).map(server => server.stop()))
  })

  after(() => {
    if (dir !== '') removeTempDir(dir)
  })

  it(`send ${count} client subnets to the same region with the same scope (GEO_SEED=${seed})`, async function () {
    this.timeout(Math.max(60_000, count * 5))
    const dice = new Dice(seed)
    const tally = new Map<string, number>()
    const wrong: string[] = []
    for (let i = 0; i < WORLDS; i++) {
      const world = randomGeoWorld(dice.fork())
      const { ours, theirs, told } = await startAll(world, i)
      const subnets = Array.from({ length: Math.ceil(count / WORLDS) }, () =>
        randomSubnet(dice, world.prefixes),
      )
      const cases = await compareAll(subnets, ours, theirs)
      const witness: Witness = {
        byOurFacts: subnet => askOne(told, subnet),
        ask: subnet => askOne(theirs, subnet),
      }
      for (const one of cases) {
        const verdict = isSame(one.ours, one.theirs) ? 'same' : await ruleFor(one, witness)
        if (verdict === undefined) wrong.push(describeCase(one))
        else tally.set(verdict, (tally.get(verdict) ?? 0) + 1)
      }
      await Promise.all(running.splice(0).map(server => server.stop()))
    }
    console.log(`      ${[...tally].map(([verdict, times]) => `${verdict} ${times}`).join(', ')}`)
    expect(wrong.slice(0, SHOWN_MAX), `${wrong.length} without a rule, seed ${seed}`).to.deep.equal([])
    // Rules are for the few: were they to swallow everything, nothing would be compared any more.
    expect(tally.get('same')).to.be.above(count * 0.8)
  })

  /** Meridian, gdnsd, and a gdnsd whose database is as Meridian reads it. */
  async function startAll(
    world: GeoWorld,
    number: number,
  ): Promise<{ ours: number; theirs: number; told: number }> {
    const path = (name: string): string => join(dir, `${name}${number}.mmdb`)
    writeFileSync(path('world'), world.mmdb)
    writeFileSync(path('told'), world.mmdbOfFacts)
    running.push(
      await startMeridian(APEX, meridianZone(world), path('world')),
      await startGdnsd(APEX, gdnsdZone(), gdnsdPlugins(world, path('world'))),
      await startGdnsd(APEX, gdnsdZone(), gdnsdPlugins(world, path('told'))),
    )
    const [ours, theirs, told] = running.map(({ port }) => port)
    return { ours: ours!, theirs: theirs!, told: told! }
  }
})

async function compareAll(subnets: readonly Subnet[], ourPort: number, theirPort: number): Promise<Case[]> {
  const questions = subnets.map(subnet => ({ name: STEERED, subnet }))
  const ours = await askAll(ourPort, questions)
  const theirs = await askAll(theirPort, questions)
  return subnets.map((subnet, i) => ({
    subnet,
    ours: spoken(ours[i], 'Meridian', subnet),
    theirs: spoken(theirs[i], 'gdnsd', subnet),
  }))
}

async function askOne(port: number, subnet: Subnet): Promise<Answered> {
  const [answer] = await askAll(port, [{ name: STEERED, subnet }])
  return spoken(answer, 'gdnsd', subnet)
}

function spoken(answer: Answered | undefined, who: string, subnet: Subnet): Answered {
  if (answer === undefined) throw new Error(`no answer of ${who} for ${subnetText(subnet)}`)
  return answer
}

function describeCase({ subnet, ours, theirs }: Case): string {
  const print = ({ rcode, addresses, scopeBits }: Answered): string =>
    `${rcode === 0 ? '' : `rcode ${rcode} `}${addresses.join()} /${scopeBits}`
  return `${subnetText(subnet)}: ours ${print(ours)}, gdnsd ${print(theirs)}`
}
