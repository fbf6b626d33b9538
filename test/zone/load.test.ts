/** `loadZone`: what the server gets from a file, beyond the words of its diagnostics. */

import { expect } from 'chai'
import { labelCount, nameFromText, nameHash, nameLength, printName } from '../../src/wire/name.ts'
import { RrType } from '../../src/wire/types.ts'
import { type Loaded, loadZone, readFromDisk } from '../../src/zone/load.ts'
import { NO_OWNER, NO_RECORD, OwnerFlag } from '../../src/zone/owners.ts'
import { presentRecord } from '../../src/zone/present.ts'
import type { Zone } from '../../src/zone/zone.ts'

const APEX = nameFromText('example.com')!
const HEAD = '$TTL 1h\n@ SOA ns.example.net. h.example.net. 10 2h 30m 2w 1m\n@ NS ns.example.net.\n'

function load(body: string, files: Record<string, string> = {}, previousSerial?: number): Loaded {
  const all: Record<string, string> = { 'zones/example.com.zone': HEAD + body, ...files }
  return loadZone(
    'zones/example.com.zone',
    APEX,
    path => (all[path] === undefined ? new Error('no such file') : Buffer.from(all[path])),
    previousSerial,
  )
}

function zoneOf(body: string, files?: Record<string, string>): Zone {
  const { zone, problems } = load(body, files)
  if (zone === undefined) throw new Error(problems.map(problem => problem.text).join('\n'))
  return zone
}

function ownerOf(zone: Zone, text: string): number {
  const name = nameFromText(text)!
  return zone.owners.find(name, 0, name.length, nameHash(name, 0))
}

/** The owner's chain of records, as the compiler walks it. */
function chainOf(zone: Zone, text: string): string[] {
  const lines: string[] = []
  const owner = ownerOf(zone, text)
  if (owner === NO_OWNER) throw new Error(`${text} is not in the zone`)
  let record = zone.owners.firstRecord[owner]!
  for (; record !== NO_RECORD; record = zone.records.next[record]!) lines.push(presentRecord(zone, record))
  return lines
}

const codes = (loaded: Loaded): string[] => loaded.problems.map(problem => problem.code)

describe('loadZone', () => {
  it('gives apex, serial and the apex among the owners', () => {
    const zone = zoneOf('')
    expect(printName(zone.apex)).to.equal('example.com.')
    expect(zone.serial).to.equal(10)
    expect(zone.apexOwner).to.equal(ownerOf(zone, 'example.com.'))
  })

  it('keeps owners in lower case and once, whatever way and place they are written in', () => {
    const zone = zoneOf('WWW A 192.0.2.1\nb A 192.0.2.2\nwww.EXAMPLE.com. AAAA 2001:db8::1\n\\119ww TXT x\n')
    expect(chainOf(zone, 'www.example.com.')).to.deep.equal([
      'www.example.com. 3600 IN A 192.0.2.1',
      'www.example.com. 3600 IN AAAA 2001:db8::1',
      'www.example.com. 3600 IN TXT "x"',
    ])
    expect(zone.owners.count).to.equal(3)
    for (let record = 0; record < zone.records.count; record++)
      expect(zone.records.owner[record]).to.be.below(zone.owners.count)
  })

  it('knows hash, length and labels of every owner', () => {
    const { owners } = zoneOf(
      'a A 192.0.2.1\nb.c A 192.0.2.1\n\\100.e A 192.0.2.1\n*.f.example.com. A 192.0.2.1\n',
    )
    for (let owner = 0; owner < owners.count; owner++) {
      const at = owners.nameAt[owner]!
      const names = owners.names.items
      expect(owners.hash[owner]).to.equal(nameHash(names, at))
      expect(owners.nameLength[owner]).to.equal(nameLength(names, at))
      expect(owners.labels[owner], printName(names, at)).to.equal(labelCount(names, at))
    }
  })

  it('takes duplicates out of the chain, also the last, and gives a set its lowest TTL', () => {
    const zone = zoneOf('a 60 A 192.0.2.1\na 30 A 192.0.2.2\na A 192.0.2.1\na TXT x\na 90 A 192.0.2.2\n')
    expect(chainOf(zone, 'a.example.com.')).to.deep.equal([
      'a.example.com. 30 IN A 192.0.2.1',
      'a.example.com. 30 IN A 192.0.2.2',
      'a.example.com. 3600 IN TXT "x"',
    ])
    const { owners, records } = zone
    expect(records.type[owners.lastRecord[ownerOf(zone, 'a.example.com.')]!]).to.equal(RrType.TXT)
  })

  it('does the same for thousands of records of one owner', () => {
    const lines = Array.from(
      { length: 6000 },
      (_, i) => `a ${i === 77 ? 5 : 60} A 10.0.${(i % 3000) >> 8}.${i & 255}`,
    )
    const zone = zoneOf(`${lines.join('\n')}\n`)
    const chain = chainOf(zone, 'a.example.com.')
    expect(new Set(chain).size).to.equal(chain.length)
    expect(chain.every(line => line.includes(' 5 IN A '))).to.equal(true)
  })

  it('asks for every included file once and names them all, also the missing', () => {
    const included = {
      'zones/a.inc': '$INCLUDE b.inc\n$INCLUDE sub/c.inc\n',
      'zones/b.inc': '',
      'zones/sub/c.inc': '$INCLUDE d.inc\n',
    }
    const loaded = load('$INCLUDE a.inc\n$INCLUDE b.inc\n$INCLUDE /abs/e.inc\n', included)
    expect(loaded.files).to.deep.equal([
      'zones/example.com.zone',
      'zones/a.inc',
      'zones/b.inc',
      'zones/sub/c.inc',
      'zones/sub/d.inc',
      '/abs/e.inc',
    ])
    expect(codes(loaded)).to.deep.equal(['unreadable-file', 'unreadable-file'])
  })

  it('restores origin, owner and TTL behind an include', () => {
    const zone = zoneOf('w A 192.0.2.1\n$INCLUDE i sub\n TXT "still w"\nv A 192.0.2.3\n', {
      'zones/i': '$ORIGIN deep\n$TTL 5\nx A 192.0.2.2\n',
    })
    expect(chainOf(zone, 'w.example.com.')[1]).to.equal('w.example.com. 3600 IN TXT "still w"')
    expect(chainOf(zone, 'x.deep.sub.example.com.')).to.deep.equal([
      'x.deep.sub.example.com. 5 IN A 192.0.2.2',
    ])
    expect(chainOf(zone, 'v.example.com.')).to.deep.equal(['v.example.com. 3600 IN A 192.0.2.3'])
  })

  it('lets a common header set the TTL of the file that includes it', () => {
    const text = '$INCLUDE head\na A 192.0.2.1\n'
    const { zone } = loadZone('z', APEX, path => Buffer.from(path === 'z' ? text : HEAD))
    expect(chainOf(zone!, 'a.example.com.')).to.deep.equal(['a.example.com. 3600 IN A 192.0.2.1'])
  })

  it('ends where includes would multiply without end', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`zones/${i}.inc`, `$INCLUDE ${i + 1}.inc\n`]),
    )
    expect(codes(load('$INCLUDE 0.inc\n', files))).to.deep.equal(['include-depth'])
  })

  const serials: readonly [number, boolean][] = [
    [9, false],
    [10, false],
    [11, true],
    [10 + 2 ** 31 - 1, true],
    [10 + 2 ** 31, false],
    [2 ** 32 - 1, false],
  ]
  for (const [previous, warns] of serials)
    it(`serial 10 after ${previous} ${warns ? 'goes backwards' : 'is fine'} (RFC 1982)`, () =>
      expect(codes(load('', {}, previous))).to.deep.equal(warns ? ['serial-backwards'] : []))

  it('counts what it does not list', () => {
    const loaded = load(Array.from({ length: 300 }, (_, i) => `h${i} A x\n`).join(''))
    expect(loaded.errors).to.equal(300)
    expect(loaded.problems).to.have.length(101)
    expect(loaded.problems.at(-1)!.text).to.equal('… and 200 more errors')
  })

  it('hands over directives and steering with their places', () => {
    const zone = zoneOf('$POLICY p (\n  k="a b" ; c\n)\n$ORIGIN sub\nlive 30 GSLB p target\nx A 192.0.2.1\n')
    const [directive] = zone.directives
    expect(directive!.name).to.include({ text: '$POLICY', line: 4, column: 1, width: 7 })
    expect(directive!.words[1]).to.include({ text: 'k=a b', line: 5, column: 3, width: 7, quoted: false })
    const [rule] = zone.steering
    expect(rule!.owner).to.equal(ownerOf(zone, 'live.sub.example.com.'))
    expect(rule!.ttl).to.equal(30)
    expect(printName(rule!.origin)).to.equal('sub.example.com.')
    expect(rule!.words.map(word => word.text)).to.deep.equal(['p', 'target'])
  })

  it('says why a file cannot be read', () => {
    const loaded = loadZone('/nowhere/at.all', APEX, readFromDisk)
    expect(loaded.zone).to.equal(undefined)
    expect(loaded.problems[0]!.text).to.match(/cannot be read: ENOENT/)
  })

  it('reads a root zone', () => {
    const text = '. 60 SOA a. b. 1 2 3 4 5\n. 60 NS a.\na. 60 A 192.0.2.1\ncom. 60 NS a.\n'
    const { zone } = loadZone('root', Uint8Array.of(0), () => Buffer.from(text))
    expect(zone!.owners.flags[ownerOf(zone!, 'com.')]).to.equal(OwnerFlag.Cut)
    expect(zone!.owners.parent[ownerOf(zone!, 'com.')]).to.equal(zone!.apexOwner)
  })
})

describe('the tree of names', () => {
  const zone = zoneOf(
    [
      'a.b.c A 192.0.2.1',
      '*.w TXT x',
      'cut NS ns.cut',
      'ns.cut A 192.0.2.1',
      'deep.er.cut TXT "occluded"',
      'd DNAME example.net.',
      'al CNAME a.b.c',
    ].join('\n'),
  )
  const parents: readonly [string, string | undefined][] = [
    ['example.com.', undefined],
    ['c.example.com.', 'example.com.'],
    ['b.c.example.com.', 'c.example.com.'],
    ['a.b.c.example.com.', 'b.c.example.com.'],
    ['*.w.example.com.', 'w.example.com.'],
    ['deep.er.cut.example.com.', 'er.cut.example.com.'],
  ]
  for (const [name, parent] of parents)
    it(`puts ${name} below ${parent ?? 'nothing'}`, () => {
      const expected = parent === undefined ? NO_OWNER : ownerOf(zone, parent)
      expect(zone.owners.parent[ownerOf(zone, name)]).to.equal(expected)
    })

  const flags: readonly [string, number][] = [
    ['example.com.', 0],
    ['a.b.c.example.com.', 0],
    ['b.c.example.com.', OwnerFlag.EmptyNonTerminal],
    ['w.example.com.', OwnerFlag.EmptyNonTerminal | OwnerFlag.WildcardChild],
    ['*.w.example.com.', OwnerFlag.Wildcard],
    ['cut.example.com.', OwnerFlag.Cut],
    ['ns.cut.example.com.', OwnerFlag.BelowCut],
    ['er.cut.example.com.', OwnerFlag.BelowCut | OwnerFlag.EmptyNonTerminal],
    ['deep.er.cut.example.com.', OwnerFlag.BelowCut],
    ['d.example.com.', OwnerFlag.Dname],
    ['al.example.com.', OwnerFlag.Cname],
  ]
  for (const [name, expected] of flags)
    it(`marks ${name} with ${expected}`, () =>
      expect(zone.owners.flags[ownerOf(zone, name)]).to.equal(expected))

  it('has no other names', () => {
    expect(zone.owners.count).to.equal(new Set([...flags.map(([name]) => name), 'c.example.com.']).size)
  })
})
