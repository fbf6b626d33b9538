/** Random families of zones: a zone, perhaps its children and grandchildren, perhaps a stranger, full of the
 *  shapes that authoritative servers get wrong. Only what NSD, Knot and our own checks load without an error.
 *  Knows no server. */

import { foldAscii, isAtOrBelow, isBelow, type Name, nameKey, nameSize, printName } from '../answers/name.ts'
import type { Dice } from './dice.ts'
import { type Rdata, randomRdata } from './rdata.ts'

export interface RrSet {
  readonly owner: Name
  readonly type: string
  readonly ttl: number
  readonly rdatas: readonly Rdata[]
}

export interface ZoneModel {
  readonly apex: Name
  readonly rrsets: readonly RrSet[]
}

/** Zones that may point at each other; two families never share a name. */
export interface Family {
  readonly zones: readonly ZoneModel[]
}

/** The family `index`, whose names all end in `fNNNN.` or `gNNNN.`. */
export function randomFamily(dice: Dice, index: number): Family {
  for (;;) {
    const family = attemptFamily(dice, index)
    if (objection(family) === undefined) return family
  }
}

function attemptFamily(dice: Dice, index: number): Family {
  const digits = String(index).padStart(4, '0')
  const vocabulary = randomVocabulary(dice)
  const apexes = randomApexes(dice, vocabulary, [`f${digits}`], [`g${digits}`])
  const zones = apexes.map(apex => new ZoneBuilder(dice, vocabulary, apex, apexes))
  // Names first and targets after, so that chains can lead into any zone.
  for (const zone of zones) zone.plant()
  const targets = zones.flatMap(zone => zone.interestingNames())
  for (const zone of zones) zone.connect(targets)
  return { zones: zones.map(zone => zone.build()) }
}

export function zoneText(zone: ZoneModel): string {
  const lines = zone.rrsets.flatMap(set =>
    set.rdatas.map(rdata => `${printName(set.owner)} ${set.ttl} IN ${set.type} ${rdata.text}`),
  )
  return `${lines.join('\n')}\n`
}

export function apexText(zone: ZoneModel): string {
  return printName(zone.apex)
}

/** `undefined` when every server should load the family; else what is wrong with it. Shrinking needs it. */
export function objection(family: Family): string | undefined {
  for (const zone of family.zones) {
    const problem = zoneObjection(zone)
    if (problem !== undefined) return `${apexText(zone)} ${problem}`
  }
  for (const zone of family.zones) {
    const orphan = undelegatedData(zone, family)
    if (orphan !== undefined)
      return `${printName(orphan)} is another zone's, and ${apexText(zone)} has data there`
  }
  // RFC 6672 §2.4 within a zone; NSD keeps all zones in one tree and so refuses it across zones too.
  const owners = family.zones.flatMap(zone => [zone.apex, ...zone.rrsets.map(set => set.owner)])
  for (const set of family.zones.flatMap(zone => zone.rrsets.filter(one => one.type === 'DNAME'))) {
    const below = owners.find(owner => isBelow(owner, set.owner))
    if (below !== undefined) return `${printName(below)} stands below the DNAME ${printName(set.owner)}`
  }
  return undefined
}

/** Data at or below the apex of another zone that is not delegated: whose it is depends on where a chain comes
 *  from, in every server differently. */
function undelegatedData(zone: ZoneModel, family: Family): Name | undefined {
  const cuts = zone.rrsets.filter(set => set.type === 'NS' && set.owner.length > zone.apex.length)
  const strangers = family.zones.filter(
    other => isBelow(other.apex, zone.apex) && !cuts.some(cut => isAtOrBelow(other.apex, cut.owner)),
  )
  return zone.rrsets.find(set => strangers.some(other => isAtOrBelow(set.owner, other.apex)))?.owner
}

//------------ Labels ------------

const PLAIN_LABELS = [
  'a',
  'b',
  'c',
  'www',
  'mail',
  'ns',
  'x',
  '_tcp',
  '_443',
  'ent',
  'm1',
  '0',
  '-',
  'xn--e1a',
]
const ODD_LABELS = [
  'x.y',
  '\0',
  '\xff\xfe',
  ' ',
  'a b',
  '"q"',
  ';',
  '@',
  '$',
  '(',
  'back\\slash',
  '\x7f',
  'Upper',
  'MiXeD',
  'L'.repeat(63),
  'z'.repeat(62),
  '**',
  '*a',
  '\xc0\x0c',
  '[A',
  '{a',
  '\t\n',
]

function randomVocabulary(dice: Dice): readonly string[] {
  const labels = new Set<string>()
  while (labels.size < 5) labels.add(dice.pick(PLAIN_LABELS))
  const odd = dice.below(4)
  for (let i = 0; i < odd; i++) labels.add(dice.pick(ODD_LABELS))
  return [...labels]
}

//------------ Which zones ------------

function randomApexes(dice: Dice, vocabulary: readonly string[], top: Name, stranger: Name): Name[] {
  const apexes: Name[] = [top]
  const children = dice.below(4)
  for (let i = 0; i < children; i++) {
    const above = dice.pick(apexes)
    // Two labels down makes an empty non-terminal, or a zone whose parent zone is not here.
    const label = plainLabel(dice, vocabulary)
    const apex = dice.chance(0.3) ? [label, plainLabel(dice, vocabulary), ...above] : [label, ...above]
    if (apexes.every(other => nameKey(other) !== nameKey(apex))) apexes.push(apex)
  }
  if (dice.chance(0.4)) apexes.push(stranger)
  return apexes
}

/** Apexes become file names. */
function plainLabel(dice: Dice, vocabulary: readonly string[]): string {
  const plain = vocabulary.filter(label => /^[a-z0-9_-]+$/.test(label))
  return plain.length === 0 ? 'c' : dice.pick(plain)
}

//------------ One zone ------------

const PLAIN_TYPES: readonly (readonly [string, number])[] = [
  ['A', 20],
  ['AAAA', 12],
  ['TXT', 12],
  ['MX', 8],
  ['SRV', 5],
  ['PTR', 3],
  ['CAA', 2],
  ['HINFO', 1],
  ['NAPTR', 2],
  ['SVCB', 3],
  ['HTTPS', 4],
  ['TLSA', 1],
  ['SSHFP', 1],
  ['LOC', 1],
  ['RP', 1],
  ['AFSDB', 1],
  ['URI', 1],
  ['TYPE65280', 2],
  ['TYPE999', 1],
]

/** Knot 3.2.6 never comes back from a set of some thirty MX records with addresses to add. */
const LARGE_TYPES = ['A', 'AAAA', 'TXT', 'PTR', 'CAA', 'TYPE65280']

const TTLS = [0, 1, 60, 300, 3600, 86400, 2147483647]

class ZoneBuilder {
  readonly apex: Name
  private readonly dice: Dice
  private readonly vocabulary: readonly string[]
  private readonly apexes: readonly Name[]
  private readonly sets = new Map<string, RrSet>()
  private readonly names: Name[]
  private readonly cuts: Name[] = []
  private readonly dnames: Name[] = []

  constructor(dice: Dice, vocabulary: readonly string[], apex: Name, apexes: readonly Name[]) {
    this.dice = dice
    this.vocabulary = vocabulary
    this.apex = apex
    this.apexes = apexes
    this.names = [apex]
  }

  /** The cuts, and the names that have plain data. */
  plant(): void {
    const dice = this.dice
    for (const apex of this.apexes) {
      if (isBelow(apex, this.apex) && dice.chance(0.85)) this.cut(apex)
    }
    for (let i = dice.below(3); i > 0; i--) this.cut(this.freshName())
    for (let i = dice.below(3); i > 0; i--) this.dname(dice.chance(0.15) ? this.apex : this.freshName())
    for (let i = dice.between(3, 14); i > 0; i--) this.plainData(this.freshName())
    for (let i = dice.below(4); i > 0; i--) this.plainData(['*', ...this.placeForChild()])
    if (dice.chance(0.3)) this.plainData(this.longName(dice.between(120, 255)))
    if (dice.chance(0.5)) this.plainData(this.apex)
  }

  /** What others may want to point at: what is there, what is not, and what is somewhere else. */
  interestingNames(): Name[] {
    const dice = this.dice
    const all = [...this.names, ...this.cuts, ...this.dnames]
    const fresh = all.map(name => this.child(name))
    return [
      ...all,
      ...fresh,
      ...all.filter(name => name[0] === '*').map(name => ['syn', ...name.slice(1)]),
    ].filter(name => nameSize(name) <= 255 && (nameSize(name) < 100 || dice.chance(0.5)))
  }

  /** CNAMEs, DNAME targets, name servers, glue: what needs to know the other zones. */
  connect(targets: readonly Name[]): void {
    const dice = this.dice
    for (const owner of this.dnames) this.put(owner, 'DNAME', [this.dnameTarget(owner, targets)])
    for (let i = dice.below(6); i > 0; i--) {
      const owner = dice.chance(0.3) ? ['*', ...this.placeForChild()] : this.freshName()
      if (this.isFree(owner)) this.put(owner, 'CNAME', [this.target(owner, targets)])
    }
    for (let i = dice.chance(0.3) ? dice.between(2, 4) : 0; i > 0; i--) this.chain(targets)
    this.nameServers(this.apex, targets)
    for (const owner of this.cuts) this.nameServers(owner, targets)
    this.put(this.apex, 'SOA', [randomRdata(dice, 'SOA', this.someTarget(targets))])
  }

  build(): ZoneModel {
    return { apex: this.apex, rrsets: [...this.sets.values()].map(set => randomCase(this.dice, set)) }
  }

  //------------ pieces ------------

  private cut(owner: Name): void {
    if (!this.isFree(owner) || owner[0] === '*' || this.names.some(name => isAtOrBelow(name, owner))) return
    if (this.cuts.some(cut => isAtOrBelow(cut, owner))) return
    this.cuts.push(owner)
    if (this.dice.chance(0.4)) this.put(owner, 'DS', [randomRdata(this.dice, 'DS', owner)])
  }

  private dname(owner: Name): void {
    const crowded = [...this.names, ...this.cuts, ...this.dnames].some(name => isBelow(name, owner))
    const isApex = owner.length === this.apex.length
    if (crowded || owner[0] === '*' || (!isApex && !this.isFree(owner))) return
    if (this.apexes.some(apex => isBelow(apex, owner))) return
    this.dnames.push(owner)
    if (!isApex && this.dice.chance(0.3)) this.plainData(owner)
  }

  private plainData(owner: Name): void {
    if (!this.isInside(owner) || this.cuts.some(cut => isAtOrBelow(owner, cut))) return
    if (this.sets.has(`${nameKey(owner)} CNAME`)) return
    this.names.push(owner)
    for (let i = this.dice.between(1, 3); i > 0; i--) {
      const type = this.dice.weighted(PLAIN_TYPES)
      const isLarge = this.dice.chance(0.08) && LARGE_TYPES.includes(type)
      const large = isLarge ? this.dice.between(20, 60) : 0
      const count = large > 0 ? large : this.dice.chance(0.3) ? this.dice.between(2, 4) : 1
      const rdatas = Array.from({ length: count }, () =>
        randomRdata(this.dice, type, this.dice.pick(this.names), this.dice.pick(this.names)),
      )
      this.put(owner, type, rdatas)
    }
  }

  /** a → b → c, now and then back to a. */
  private chain(targets: readonly Name[]): void {
    const links: Name[] = []
    for (let i = this.dice.between(2, 12); i > 0; i--) {
      const link = this.freshName()
      if (this.isFree(link)) {
        links.push(link)
        this.names.push(link)
      }
    }
    links.forEach((link, i) => {
      const next = links[i + 1] ?? (this.dice.chance(0.3) ? this.dice.pick(links) : this.someTarget(targets))
      if (!this.sets.has(`${nameKey(link)} CNAME`))
        this.put(link, 'CNAME', [{ text: printName(next), name: next }])
    })
  }

  private nameServers(owner: Name, targets: readonly Name[]): void {
    const servers = new Map<string, Name>()
    const count = this.dice.chance(0.05) ? this.dice.between(8, 25) : this.dice.between(1, 3)
    for (let i = 0; i < count; i++) {
      const server = this.nameServer(owner, targets, i)
      if (server !== undefined) servers.set(nameKey(server), server)
    }
    if (servers.size === 0) servers.set('', ['ns', 'elsewhere', 'invalid'])
    const list = [...servers.values()]
    this.put(
      owner,
      'NS',
      list.map(name => ({ text: printName(name), name })),
    )
    for (const server of list) this.glue(server)
  }

  private nameServer(owner: Name, targets: readonly Name[], i: number): Name | undefined {
    const name = this.dice.weighted<Name>([
      [[`ns${i}`, ...owner], 5],
      [[`ns${i}`, 'deep', ...owner], 2],
      [owner, 1],
      [[`ns${i}`, ...(this.cuts.length > 0 ? this.dice.pick(this.cuts) : this.apex)], 2],
      [[`ns${i}`, ...this.apex], 2],
      [this.someTarget(targets), 2],
      [[`ns${i}`, 'elsewhere', 'invalid'], 2],
    ])
    if (!this.isInside(name, true))
      return isAtOrBelow(name, this.apex) || nameSize(name) > 255 ? undefined : name
    if (name[0] === '*' || this.sets.has(`${nameKey(name)} CNAME`)) return undefined
    return name
  }

  /** Every name server inside the zone has an address, be it glue or not. */
  private glue(server: Name): void {
    if (!this.isInside(server, true)) return
    if (this.has(server, 'A') || this.has(server, 'AAAA')) return
    if (!this.cuts.some(cut => isAtOrBelow(server, cut))) this.names.push(server)
    const which = this.dice.below(4)
    const many = this.dice.chance(0.05) ? 12 : 1
    const addresses = (type: string): Rdata[] =>
      Array.from({ length: many }, () => randomRdata(this.dice, type, server))
    if (which !== 0) this.put(server, 'A', addresses('A'))
    if (which < 2) this.put(server, 'AAAA', addresses('AAAA'))
  }

  private dnameTarget(owner: Name, targets: readonly Name[]): Rdata {
    const target = this.dice.weighted<Name>([
      [this.someTarget(targets), 8],
      [['below', ...owner], 1],
      [owner.slice(1), 1],
      [this.dice.pick(this.apexes), 3],
      [this.longName(this.dice.between(150, 250)), 2],
    ])
    const legal = nameSize(target) <= 255 && nameKey(target) !== nameKey(owner) ? target : ['invalid']
    return { text: printName(legal), name: legal }
  }

  private target(owner: Name, targets: readonly Name[]): Rdata {
    const target = this.dice.weighted<Name>([
      [this.someTarget(targets), 12],
      [owner, 1],
      [['syn', ...owner.slice(1)], 1],
      [['www', 'elsewhere', 'invalid'], 1],
    ])
    const legal = nameSize(target) <= 255 ? target : owner
    return { text: printName(legal), name: legal }
  }

  private someTarget(targets: readonly Name[]): Name {
    return targets.length === 0 ? this.apex : this.dice.pick(targets)
  }

  //------------ where there is room ------------

  private child(name: Name): Name {
    return [this.dice.pick(this.vocabulary), ...name]
  }

  private placeForChild(): Name {
    return this.dice.pick(this.names)
  }

  /** A name one to three labels below one that is there: so empty non-terminals come about. */
  private freshName(): Name {
    let name: Name = this.dice.chance(0.4) ? this.apex : this.placeForChild()
    for (
      let i = this.dice.weighted([
        [1, 6],
        [2, 2],
        [3, 1],
      ] as const);
      i > 0;
      i--
    )
      name = this.child(name)
    return this.dice.chance(0.05) ? ['*', ...name] : name
  }

  private longName(size: number): Name {
    let name = this.apex
    while (nameSize(name) < size - 1) {
      const room = Math.min(63, size - nameSize(name) - 1)
      name = [this.dice.pick(['l', 'M', '\x00']).repeat(room), ...name]
    }
    return name
  }

  /** In this zone, of legal size, neither below a DNAME nor (unless it may be glue) below a cut. */
  private isInside(name: Name, mayBeGlue = false): boolean {
    return (
      nameSize(name) <= 255 &&
      isAtOrBelow(name, this.apex) &&
      !this.dnames.some(dname => isBelow(name, dname)) &&
      (mayBeGlue || !this.cuts.some(cut => isBelow(name, cut)))
    )
  }

  private isFree(owner: Name): boolean {
    const key = nameKey(owner)
    const taken = [...this.names, ...this.cuts, ...this.dnames].some(name => nameKey(name) === key)
    return !taken && this.isInside(owner) && !this.has(owner, 'CNAME')
  }

  private has(owner: Name, type: string): boolean {
    return this.sets.has(`${nameKey(owner)} ${type}`)
  }

  private put(owner: Name, type: string, rdatas: readonly Rdata[]): void {
    const unique = new Map(rdatas.map(rdata => [foldAscii(rdata.text), rdata]))
    const key = `${nameKey(owner)} ${type}`
    if (type === 'CNAME') this.names.push(owner)
    if (!this.sets.has(key)) {
      this.sets.set(key, { owner, type, ttl: this.dice.pick(TTLS), rdatas: [...unique.values()] })
    }
  }
}

/** Letter case means nothing in an owner (RFC 4343). */
function randomCase(dice: Dice, set: RrSet): RrSet {
  if (!dice.chance(0.1)) return set
  return { ...set, owner: set.owner.map(label => (dice.chance(0.5) ? upperAscii(label) : label)) }
}

/** Octets above 127 keep their value: they are no letters to the DNS. */
function upperAscii(label: string): string {
  return label.replace(/[a-z]+/g, letters => letters.toUpperCase())
}

//------------ What servers refuse ------------

function zoneObjection(zone: ZoneModel): string | undefined {
  const at = (owner: Name, type: string): RrSet | undefined =>
    zone.rrsets.find(set => set.type === type && nameKey(set.owner) === nameKey(owner))
  if (at(zone.apex, 'SOA') === undefined || at(zone.apex, 'NS') === undefined) return 'lacks SOA or NS'
  const cuts = zone.rrsets.filter(set => set.type === 'NS' && set.owner.length > zone.apex.length)
  const serverKeys = new Set(
    zone.rrsets
      .filter(set => set.type === 'NS')
      .flatMap(set => set.rdatas.map(rdata => nameKey(rdata.name!))),
  )
  for (const set of zone.rrsets) {
    const text = printName(set.owner)
    if (set.type === 'CNAME') {
      const others = zone.rrsets.filter(other => nameKey(other.owner) === nameKey(set.owner))
      if (others.length > 1) return `CNAME and other data at ${text}`
    }
    if (set.type === 'DS' && at(set.owner, 'NS') === undefined) return `DS without NS at ${text}`
    const isGlue = (set.type === 'A' || set.type === 'AAAA') && serverKeys.has(nameKey(set.owner))
    for (const cut of cuts) {
      const below = isBelow(set.owner, cut.owner)
      const beside = nameKey(set.owner) === nameKey(cut.owner) && !['NS', 'DS'].includes(set.type)
      if ((below || beside) && !isGlue) return `data below the cut ${printName(cut.owner)}: ${text}`
    }
    if (set.type !== 'NS') continue
    for (const { name } of set.rdatas) {
      if (!isAtOrBelow(name!, zone.apex)) continue
      if (at(name!, 'A') === undefined && at(name!, 'AAAA') === undefined) {
        return `no address for ${printName(name!)}`
      }
    }
  }
  return undefined
}
