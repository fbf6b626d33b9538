/** What is decided is what is answered: random policies over random worlds, from zone text to wire, against the
 *  decision itself and against oracles that share no code with it. */

import { expect } from 'chai'
import type { Address } from '../../src/base/address.ts'
import { newCounterBlock } from '../../src/base/counters.ts'
import { foldToV4 } from '../../src/base/fold.ts'
import { formatProblem } from '../../src/base/problem.ts'
import { type BoardPolicy, candidatesMax, fillBoard } from '../../src/compile/board.ts'
import { judgeSteering, type SteeredZone } from '../../src/compile/steered-zone.ts'
import { compileZone } from '../../src/compile/zone-image.ts'
import { currentSide, entryWords, SIDE_HEADER_WORDS } from '../../src/plan/board.ts'
import { type Choice, DOWN, type Health, UP } from '../../src/policy/choose.ts'
import { clientAt, prefixLiterals } from '../../src/policy/client.ts'
import { decide, draw } from '../../src/policy/decide.ts'
import { preference, preferenceKey } from '../../src/policy/preference.ts'
import { Preferences } from '../../src/policy/preferences.ts'
import type { Policy } from '../../src/policy/steering.ts'
import { Responder, Transport } from '../../src/serve/responder.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import { readMessage } from '../answers/message.ts'
import { Dice, seedFrom } from '../differential/dice.ts'
import {
  addressOf,
  randomPolicy,
  randomWorld,
  regionAt,
  type TestPolicy,
  type TestWorld,
} from './random-steering.ts'

const QNAME = nameFromText('live.steered.test')!

/** One random policy in one random world, served. */
class Scene {
  readonly test: TestPolicy
  readonly world: TestWorld
  readonly policy: Policy
  private readonly steered: SteeredZone
  private readonly responder: Responder
  private readonly packet = new Uint8Array(4096)

  private constructor(test: TestPolicy, world: TestWorld, steered: SteeredZone, responder: Responder) {
    this.test = test
    this.world = world
    this.steered = steered
    this.policy = steered.policies[0]!.policy
    this.responder = responder
  }

  /** Undefined when the policy contradicts itself, which random ones may. */
  static open(dice: Dice): Scene | undefined {
    const test = randomPolicy(dice)
    const world = randomWorld(dice)
    const text = new TextEncoder().encode(test.zoneText)
    const { zone, problems } = loadZone('steered.test.zone', nameFromText('steered.test')!, () => text)
    if (zone === undefined) throw new Error(problems.map(formatProblem).join('\n'))
    const { steered } = judgeSteering(zone, world)
    if (steered === undefined) return undefined
    const responder = new Responder({
      counters: newCounterBlock(),
      identity: '',
      version: '',
      udpPayloadBytesMax: 1232,
      tcpIdleMs: 0,
      seed: dice.next(),
    })
    responder.adopt({ generation: 1, zones: [compileZone(zone, steered)] })
    return new Scene(test, world, steered, responder)
  }

  /** Takes regions down, on the board alone: no new plan. */
  suppose(health: Health): void {
    const { board, policies, places } = this.steered
    fillBoard(new Int32Array(board), policies[0]!, places[0]!.boardAt, health)
  }

  get boardPolicy(): BoardPolicy {
    return this.steered.policies[0]!
  }

  get boardWords(): number {
    return entryWords(candidatesMax(this.policy)) * this.boardPolicy.classes.length
  }

  /** What each entry says, whichever of its sides holds. */
  choicesOn(board: Int32Array): number[][] {
    const room = candidatesMax(this.policy)
    return this.boardPolicy.classes.map((_, i) => {
      const side = currentSide(board, i * entryWords(room), room)
      const count = board[side]! & 0xff
      return [...board.subarray(side, side + SIDE_HEADER_WORDS + count)]
    })
  }

  ask({ family, octets }: Address, bits: number): { rcode: number; regions: string[]; scopeBits: number } {
    const known = octets.slice(0, Math.ceil(bits / 8))
    if (bits % 8 !== 0) known[known.length - 1]! &= 0xff00 >> (bits % 8)
    const header = [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    const opt = [0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, known.length + 8]
    const subnetOption = [0, 8, 0, known.length + 4, 0, family === 4 ? 1 : 2, bits, 0]
    const query = [...header, ...QNAME, 0, 1, 0, 1, ...opt, ...subnetOption, ...known]
    this.packet.set(query)
    const length = this.responder.answer(this.packet, 0, query.length, 1280, Transport.Udp)
    const message = readMessage(this.packet.slice(0, length))
    const subnet = message.opt!.options.find(option => option.code === 8)!
    const regions = message.answer.map(rr => regionAt([...rr.rdata].join('.')))
    return { rcode: message.rcode, regions, scopeBits: subnet.data[3]! }
  }

  /** The decision itself, for the address with its unknown bits zero. */
  decide(address: Address, health: Health): { choice: Choice; folded: Address } {
    const four = new Uint8Array(4)
    const carries = address.family === 6 && foldToV4(address.octets, 0, 128, four, 0) >= 0
    const folded: Address = carries ? { family: 4, octets: four } : address
    const client = clientAt(
      this.world.placeAt(folded.family, folded.octets),
      folded,
      prefixLiterals(this.policy),
    )
    return { choice: decide(this.policy, client, health).choice, folded }
  }

  names(slots: readonly number[]): string[] {
    return slots.map(slot => this.policy.regions[slot]!.name)
  }
}

function randomHealth(dice: Dice, policy: Policy): Health {
  const share = dice.pick([0, 0.2, 0.6, 1])
  const returning = dice.pick([0, 0, 0.4])
  return policy.regions.map(() => {
    if (dice.chance(share)) return DOWN
    return dice.chance(returning) ? { ...UP, shareOfWeight: dice.pick(SHARES), steady: false } : UP
  })
}

const SHARES = [0.1, 0.45, 0.95]

function randomAddress(dice: Dice): Address {
  if (dice.chance(0.6)) {
    const word = dice.chance(0.3)
      ? dice.next()
      : dice.pick([0x51020000, 0x850b0000, 0x08080000]) + dice.below(0x10000)
    return { family: 4, octets: Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word) }
  }
  const octets = Uint8Array.from(dice.bytes(16))
  const heads = [[0x2a, 0, 0x14, 0x50], [0x20, 1, 0x0d, 0xb8], [0x20, 2], [0x20, 1, 0, 0], []]
  octets.set(dice.pick(heads))
  if (dice.chance(0.2)) octets.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
  if (dice.chance(0.1)) octets.set([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0])
  return { family: 6, octets }
}

/** The first `bits` as they are, the others anything. */
function within(dice: Dice, { family, octets }: Address, bits: number): Address {
  const other = octets.map((octet, i) => {
    const known = Math.min(8, Math.max(0, bits - i * 8))
    const mask = (0xff00 >> known) & 0xff
    return (octet & mask) | (dice.below(256) & ~mask & 0xff)
  })
  return { family, octets: other }
}

/** The first address of a prefix. */
function firstOf({ family, octets }: Address, bits: number): Address {
  const mask = (i: number): number => (0xff00 >> Math.min(8, Math.max(0, bits - i * 8))) & 0xff
  return { family, octets: octets.map((octet, i) => octet & mask(i)) }
}

function printed({ octets }: Address): string {
  return [...octets].join('.')
}

/** By the test's own reading of the fences: nothing of the product's. */
function mayServe({ fences }: TestPolicy, country: string, region: string): boolean {
  return fences.every(fence => !fence.from.includes(country) || fence.to.includes(region))
}

function scenes(dice: Dice, count: number): Scene[] {
  const found: Scene[] = []
  for (let tries = 0; found.length < count; tries++) {
    if (tries > count * 20) throw new Error('nearly every random policy contradicts itself')
    const scene = Scene.open(dice)
    if (scene !== undefined) found.push(scene)
  }
  return found
}

describe('what is decided is what is answered', () => {
  const seed = seedFrom('STEER_SEED')
  const triples = Number(process.env['STEER_COUNT'] ?? 50_000)
  const perHealth = 50
  const healthsPerScene = 10
  const sceneCount = Math.ceil(triples / (perHealth * healthsPerScene))
  console.log(
    `      steering seed ${seed} (STEER_SEED), ${triples} triples of policy, client and health (STEER_COUNT)`,
  )

  it('the answer on the wire is the decision, and never outside a fence', () => {
    const dice = new Dice(seed)
    for (const scene of scenes(dice, sceneCount)) {
      for (let i = 0; i < healthsPerScene; i++) {
        const health = randomHealth(dice, scene.policy)
        scene.suppose(health)
        for (let j = 0; j < perHealth; j++) askOnce(dice, scene, health)
      }
    }
  }).timeout(120_000)

  it('any two addresses inside a returned scope are answered alike (RFC 7871 §7.2.1)', () => {
    const dice = new Dice(seed + 1)
    for (const scene of scenes(dice, Math.ceil(sceneCount / 2))) {
      scene.suppose(randomHealth(dice, scene.policy))
      for (let j = 0; j < 200; j++) askTwice(dice, scene)
    }
  }).timeout(120_000)

  it('what is worked out for a whole world is what is worked out for one client', () => {
    const dice = new Dice(seed + 3)
    for (const scene of scenes(dice, sceneCount)) {
      const world = new Preferences(scene.policy)
      for (let i = 0; i < 100; i++) {
        const address = randomAddress(dice)
        const place = scene.world.placeAt(address.family, address.octets)
        const client = clientAt(place, address, prefixLiterals(scene.policy))
        const alone = preferenceKey(preference(scene.policy, client))
        expect(preferenceKey(world.of(client)), scene.test.zoneText).to.equal(alone)
      }
    }
  })

  it('a board written by what has changed is the board written anew', () => {
    const dice = new Dice(seed + 4)
    for (const scene of scenes(dice, sceneCount)) {
      const health = (): Health =>
        scene.policy.regions.map(() => ({
          ...UP,
          state: dice.pick(['up', 'up', 'up', 'down', 'draining', 'stale', 'unknown', 'forced-up'] as const),
          lastUp: dice.chance(0.5),
          shareUp: dice.pick([1, 1, 0.5, 0]),
          ...(dice.chance(0.05) ? { lacks: 'no address' } : {}),
          steady: dice.chance(0.8),
          over: dice.chance(0.05),
          ...(dice.chance(0.05) ? { yields: 'no IPv4' } : {}),
          shareOfWeight: dice.chance(0.2) ? dice.pick(SHARES) : 1,
        }))
      let before = health()
      const step = new Int32Array(scene.boardWords)
      fillBoard(step, scene.boardPolicy, 0, before)
      for (let i = 0; i < 20; i++) {
        const after = before.map((one, slot) => (dice.chance(0.3) ? health()[slot]! : one))
        fillBoard(step, scene.boardPolicy, 0, after, before)
        const anew = new Int32Array(scene.boardWords)
        fillBoard(anew, scene.boardPolicy, 0, after)
        expect(scene.choicesOn(step), scene.test.zoneText).to.deep.equal(scene.choicesOn(anew))
        before = after
      }
    }
  })

  it('a health change shows at the next query, without a new plan', () => {
    const dice = new Dice(seed + 2)
    const isPlain = ({ test }: Scene): boolean => test.fences.length === 0 && test.order === 'nearest'
    let scene = scenes(dice, 1)[0]!
    while (!isPlain(scene)) scene = scenes(dice, 1)[0]!
    const address = randomAddress(dice)
    const everythingUp = scene.policy.regions.map(() => UP)
    scene.suppose(everythingUp)
    const before = scene.ask(address, address.octets.length * 8).regions
    const firstDown = scene.policy.regions.map(region => (region.name === before[0] ? DOWN : UP))
    scene.suppose(firstDown)
    expect(scene.ask(address, address.octets.length * 8).regions).not.to.include(before[0])
    scene.suppose(everythingUp)
    expect(scene.ask(address, address.octets.length * 8).regions).to.deep.equal(before)
  })

  function askOnce(dice: Dice, scene: Scene, health: Health): void {
    const address = randomAddress(dice)
    const { choice, folded } = scene.decide(address, health)
    const { rcode, regions } = scene.ask(address, address.octets.length * 8)
    const about = `${scene.test.zoneText}\nasked for ${printed(address)}`
    if (choice.kind === 'refuse') {
      expect(rcode, about).to.equal(5)
      return
    }
    const place = scene.world.placeAt(folded.family, folded.octets)
    for (const region of regions) expect(mayServe(scene.test, place.country, region), about).to.equal(true)
    if (choice.pick === 'weighted') expectDrawnFrom(scene, choice, regions, about)
    else expect(regions, about).to.deep.equal(scene.names(draw(scene.policy, choice, folded, 0)))
  }

  function expectDrawnFrom(scene: Scene, choice: Choice, regions: string[], about: string): void {
    expect(regions.slice(0, choice.fixed.length), about).to.deep.equal(scene.names(choice.fixed))
    const drawn = regions.slice(choice.fixed.length)
    expect(new Set(drawn).size, about).to.equal(choice.answers - choice.fixed.length)
    expect(scene.names(choice.pool), about).to.include.members(drawn)
  }

  /** The first with any source prefix, whose unknown bits are zero; the second anywhere in the scope. */
  function askTwice(dice: Dice, scene: Scene): void {
    if (scene.test.order === 'weighted') return
    const address = randomAddress(dice)
    const bitsMax = address.octets.length * 8
    const bits = dice.chance(0.5) ? bitsMax : dice.between(8, bitsMax)
    const asked = scene.ask(address, bits)
    const other = within(dice, firstOf(address, bits), asked.scopeBits)
    const again = scene.ask(other, bitsMax)
    const about = `${scene.test.zoneText}\n${printed(address)}/${bits} scope ${asked.scopeBits} holds ${printed(other)}`
    expect(again.regions, about).to.deep.equal(asked.regions)
    expect(again.rcode, about).to.equal(asked.rcode)
  }

  it('knows its own addresses', () => {
    expect(regionAt(addressOf('apne1'))).to.equal('apne1')
  })
})
