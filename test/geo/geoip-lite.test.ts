/** The embedded data, read from its files, says what the package itself says of every address. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import { foldToV4 } from '../../src/base/fold.ts'
import { buildGeo } from '../../src/geo/build.ts'
import { findGeoipLite } from '../../src/geo/geoip-lite.ts'
import type { GeoTable } from '../../src/geo/table.ts'
import { Dice } from '../differential/dice.ts'
import { address, printAddress } from './scratch.ts'

interface Theirs {
  readonly country: string
  readonly region: string
  readonly ll: readonly [number | null, number | null]
}

describe('the embedded data', function () {
  this.timeout(120_000)
  let table: GeoTable
  let lookup: (text: string) => Theirs | null

  before(() => {
    table = buildGeo({ databases: [], overrides: undefined, stateDir: undefined }).table!
    const geoip = createRequire(import.meta.url)('geoip-lite') as { lookup: typeof lookup }
    lookup = geoip.lookup
  })

  it('equals geoip.lookup on 50,000 IPv4 addresses', () => {
    const dice = new Dice(4)
    for (let i = 0; i < 50_000; i++) {
      const octets = Uint8Array.from([24, 16, 8, 0].map(shift => dice.next() >>> shift))
      expectSame(printAddress({ family: 4, octets }))
    }
  })

  it('equals geoip.lookup on 50,000 IPv6 addresses in and beside its networks', () => {
    const dice = new Dice(6)
    const { isOverlapped, starts } = readNetworks6()
    let compared = 0
    while (compared < 50_000) {
      const octets = new Uint8Array(16)
      const view = new DataView(octets.buffer)
      view.setBigUint64(0, starts[dice.below(starts.length)]!)
      if (dice.chance(0.5)) octets[dice.between(3, 7)]! ^= dice.below(256)
      view.setUint32(8, dice.next())
      // The package knows only one of the forms that carry IPv4, and where its data has two networks for an
      // address, which one its search meets is luck.
      const folds = foldToV4(octets, 0, 128, new Uint8Array(4), 0) >= 0
      if (folds || isOverlapped(view.getBigUint64(0))) continue
      expectSame(printAddress({ family: 6, octets }))
      compared++
    }
  })

  it('reads IPv4-mapped addresses as the package does', () => {
    for (const text of ['::ffff:81.2.69.142', '::ffff:8.8.8.8', '::ffff:10.0.0.1']) expectSame(text)
  })

  it('knows of no place in private networks', () => {
    for (const text of ['10.1.2.3', '172.16.0.1', '192.168.1.1', '127.0.0.1', 'fe80::1', 'fd00::1'])
      expect(table.locate(address(text)).place.country, text).to.equal('')
  })

  it('says of which day it is', () => {
    expect(table.info.sources[0]).to.include({ kind: 'geoip-lite', date: '2023-11-15' })
  })

  function expectSame(text: string): void {
    const theirs = lookup(text)
    const { place } = table.locate(address(text))
    const country = theirs?.country ?? ''
    expect(place.country, text).to.equal(country)
    const region = theirs?.region ?? ''
    expect(place.subdivision, text).to.equal(region === '' ? '' : `${country}-${region}`)
    const [latitude, longitude] = theirs?.ll ?? [null, null]
    // 0, 0 and null are the package's ways to know nothing; then the country's own coordinates stand in.
    if ((latitude ?? 0) === 0 && (longitude ?? 0) === 0) return
    expect([place.latitude, place.longitude], text).to.deep.equal([latitude, longitude])
  }
})

/** First halves of where the networks of `geoip-city6.dat` begin, and which lie inside an earlier one. */
function readNetworks6(): { starts: bigint[]; isOverlapped: (address: bigint) => boolean } {
  const octets = readFileSync(findGeoipLite()!.city6)
  const starts: bigint[] = []
  const overlapped: { from: bigint; to: bigint }[] = []
  let last = { from: -1n, to: -1n }
  for (let at = 0; at < octets.length; at += 48) {
    const network = { from: octets.readBigUInt64BE(at), to: octets.readBigUInt64BE(at + 16) }
    starts.push(network.from)
    if (network.from <= last.to) overlapped.push(last, network)
    last = network
  }
  return { starts, isOverlapped: one => overlapped.some(({ from, to }) => from <= one && one <= to) }
}
