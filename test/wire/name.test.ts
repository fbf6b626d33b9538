/** Names in wire form: hashed, compared, printed and read back. */

import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  extendHash,
  isWithin,
  labelCount,
  labelHash,
  nameFromText,
  nameHash,
  nameLength,
  printName,
  ROOT_HASH,
  sameName,
} from '../../src/wire/name.ts'

const name = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 8 })
  .map(labels => Uint8Array.from([...labels.flatMap(label => [label.length, ...label]), 0]))

const wire = (text: string): Uint8Array => nameFromText(text)!

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && sameName(a, 0, b, 0, a.length)

describe('names', () => {
  const printed: readonly [string, string][] = [
    ['.', '.'],
    ['', '.'],
    ['example', 'example.'],
    ['WWW.Example.', 'WWW.Example.'],
    ['a\\.b.c', 'a\\.b.c.'],
    ['a\\046b', 'a\\.b.'],
    ['\\000\\255', '\\000\\255.'],
    ['\\@\\$\\;\\(\\)\\"\\\\', '\\@\\$\\;\\(\\)\\"\\\\.'],
    ['sp\\ ace', 'sp\\032ace.'],
    ['*.x', '*.x.'],
  ]
  for (const [text, expected] of printed)
    it(`${JSON.stringify(text)} prints as ${expected}`, () =>
      expect(printName(wire(text))).to.equal(expected))

  const refused: readonly [string, string][] = [
    ['a..b', 'an empty label'],
    ['.a', 'an empty first label'],
    ['a'.repeat(64), 'a label of 64 octets'],
    [Array(5).fill('a'.repeat(60)).join('.'), 'more than 255 octets'],
    ['\\256', 'an escape above 255'],
    ['\\12', 'an escape of two digits'],
    ['a\\', 'a backslash at the end'],
  ]
  for (const [text, why] of refused)
    it(`are not made of ${why}`, () => expect(nameFromText(text)).to.equal(undefined))

  it('may have 255 octets and labels of 63', () => {
    const text = [...Array(3).fill('a'.repeat(63)), 'b'.repeat(61)].join('.')
    expect(wire(text)).to.have.length(255)
  })

  it('are the same after printing and reading', () => {
    fc.assert(
      fc.property(name, bytes => {
        expect(nameFromText(printName(bytes))).to.deep.equal(bytes)
      }),
    )
  })

  it('hash from the root towards the leaf, letter case aside (RFC 4343)', () => {
    const child = wire('www.example.')
    const parent = nameHash(wire('example.'), 0)
    expect(parent).to.equal(extendHash(ROOT_HASH, labelHash(wire('example.'), 0)))
    expect(nameHash(child, 0)).to.equal(extendHash(parent, labelHash(child, 0)))
    expect(nameHash(wire('WWW.eXample.'), 0)).to.equal(nameHash(child, 0))
    expect(nameHash(wire('wwv.example.'), 0)).to.not.equal(nameHash(child, 0))
  })

  it('hash differently where labels end differently', () => {
    expect(nameHash(wire('a.b'), 0)).to.not.equal(nameHash(wire('a\\.b'), 0))
    expect(nameHash(wire('ab.c'), 0)).to.not.equal(nameHash(wire('a.bc'), 0))
  })

  /** Of 10,000 names thrown into 16,384 slots by chance, 7,484 find one of their own. */
  const families: readonly [string, (i: number) => string][] = [
    ['numbered', i => `h${i}.example`],
    ['numbered from the left', i => `${i}-host.example`],
    ['with leading zeros', i => `host${String(i).padStart(6, '0')}.example`],
    ['reverse addresses', i => `${i & 255}.${i >> 8}.10.in-addr.arpa`],
    ['numbers beneath numbers', i => `a.n${i}.b.example`],
    [
      'every fourth octet',
      i => `${[...String(i).padStart(4, '0')].map(digit => `abc${digit}`).join('')}.example`,
    ],
    ['hexadecimal', i => `${((i * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}.example`],
  ]
  for (const [title, family] of families)
    it(`spread over a table: ${title}`, () => {
      const slots = new Set(Array.from({ length: 10_000 }, (_, i) => nameHash(wire(family(i)), 0) & 0x3fff))
      expect(slots.size).to.be.above(7_000)
    })

  it('compare without regard to ASCII letter case, and to no other', () => {
    expect(same(wire('Example'), wire('eXAMPLE'))).to.equal(true)
    expect(same(wire('\\228'), wire('\\196'))).to.equal(false)
    expect(same(wire('a@'), wire('a`'))).to.equal(false)
  })

  const within: readonly [string, string, boolean][] = [
    ['example.', 'example.', true],
    ['www.Example.', 'eXample.', true],
    ['a.b.example.', 'example.', true],
    ['xexample.', 'example.', false],
    ['example.', 'www.example.', false],
    ['anything.', '.', true],
    ['a\\.example.', 'example.', false],
    ['www.example.org.', 'example.', false],
  ]
  for (const [text, ancestor, expected] of within)
    it(`${text} is ${expected ? '' : 'not '}within ${ancestor}`, () =>
      expect(isWithin(wire(text), 0, wire(ancestor))).to.equal(expected))

  it('know their length and labels', () => {
    fc.assert(
      fc.property(name, fc.nat(20), (bytes, offset) => {
        const padded = Uint8Array.from([...Array<number>(offset).fill(9), ...bytes, 7, 7])
        expect(nameLength(padded, offset)).to.equal(bytes.length)
        expect(labelCount(padded, offset)).to.equal(labelsOf(bytes))
      }),
    )
  })
})

function labelsOf(bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; bytes[at] !== 0; at += bytes[at]! + 1) count++
  return count
}
