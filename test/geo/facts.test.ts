/** The facts of the world hold together: every code that one table names, another knows. */

import { expect } from 'chai'
import { CLOUD_NAMES, cloudRegion, cloudRegionNames } from '../../src/facts/clouds.ts'
import { CONTINENTS } from '../../src/facts/continents.ts'
import { COUNTRIES, isCountry } from '../../src/facts/countries.ts'
import { PLACE_SETS } from '../../src/facts/place-sets.ts'
import { subdivisionCentre } from '../../src/facts/subdivision-centres.ts'
import {
  isSubdivision,
  subdivisionByName,
  subdivisionName,
  subdivisionsOf,
} from '../../src/facts/subdivisions.ts'

describe('facts', () => {
  it('know the 249 countries of ISO 3166-1, and Kosovo, each on the globe and on a continent', () => {
    expect(COUNTRIES.size).to.equal(250)
    const continents = new Set(CONTINENTS.values())
    for (const [key, { code, name, continent, latitude, longitude }] of COUNTRIES) {
      expect(key)
        .to.equal(code)
        .and.to.match(/^[A-Z]{2}$/)
      expect(name).to.match(/^\p{Lu}/u)
      expect(continents.has(continent), code).to.equal(true)
      expect(Math.abs(latitude), code).to.be.at.most(90)
      expect(Math.abs(longitude), code).to.be.at.most(180)
    }
  })

  it('place countries where their people are', () => {
    // Moscow is far west of the middle of Russia, Canadians live in its south.
    expect(COUNTRIES.get('RU')!.longitude).to.be.within(30, 60)
    expect(COUNTRIES.get('CA')!.latitude).to.be.within(43, 52)
  })

  const sizes: readonly (readonly [name: string, size: number])[] = [
    ['eu', 27],
    ['eu-territories', 7],
    ['eea', 30],
    ['efta', 4],
    ['schengen', 29],
    ['gcc', 6],
    ['asean', 11],
  ]
  for (const [name, size] of sizes)
    it(`count ${size} members of ${name}, all of them countries`, () => {
      const { countries, since } = PLACE_SETS.get(name)!
      expect(new Set(countries).size).to.equal(size)
      expect(countries.filter(code => !isCountry(code))).to.deep.equal([])
      expect(Number.isNaN(Date.parse(since))).to.equal(false)
    })

  it('have no other sets, and none that a continent is called', () => {
    expect([...PLACE_SETS.keys()]).to.deep.equal(sizes.map(([name]) => name))
    for (const name of CONTINENTS.keys()) expect(PLACE_SETS.has(name)).to.equal(false)
  })

  it('keep the laws apart: GB, CH and the US are in none of the European Union’s', () => {
    for (const code of ['GB', 'CH', 'US']) expect(PLACE_SETS.get('eea')!.countries).to.not.include(code)
    expect(PLACE_SETS.get('schengen')!.countries).to.include('CH').and.not.include('IE')
  })

  it('know every region of both clouds, in a country and on the globe', () => {
    expect(CLOUD_NAMES).to.deep.equal(['aws', 'gcp'])
    expect(cloudRegionNames('aws')).to.have.length(41)
    expect(cloudRegionNames('gcp')).to.have.length(43)
    for (const cloud of CLOUD_NAMES)
      for (const name of cloudRegionNames(cloud)) {
        const region = cloudRegion(cloud, name)!
        const country = COUNTRIES.get(region.country)!
        expect(country, name).to.not.equal(undefined)
        // No region is further from its country's people than Oregon is from the middle of America.
        expect(degreesApart(region, country), name).to.be.below(30)
      }
    expect(cloudRegion('aws', 'eu-central-1')).to.include({ country: 'DE', city: 'Frankfurt' })
    expect(cloudRegion('aws', 'us-east-9')).to.equal(undefined)
    expect(cloudRegion('azure', 'westeurope')).to.equal(undefined)
    expect(cloudRegionNames('azure')).to.deep.equal([])
  })

  const names: readonly (readonly [country: string, name: string, code: string])[] = [
    ['US', 'California', 'US-CA'],
    ['US', 'District of Columbia', 'US-DC'],
    ['DE', 'Bavaria', 'DE-BY'],
    ['DE', 'Baden-Wurttemberg', 'DE-BW'],
    ['GB', 'England', 'GB-ENG'],
    ['FR', 'Île-de-France', 'FR-IDF'],
    ['ES', 'Madrid', 'ES-MD'],
    ['IN', 'Maharashtra', 'IN-MH'],
    ['JP', 'Tokyo', 'JP-13'],
    ['KR', 'Gyeonggi-do', 'KR-41'],
    ['PL', 'Lodz', 'PL-10'],
    ['BR', 'São Paulo', 'BR-SP'],
    ['AU', 'New South Wales', 'AU-NSW'],
    ['AR', 'Buenos Aires', 'AR-B'],
    ['CN', 'Inner Mongolia', 'CN-NM'],
    ['US', 'Atlantis', ''],
    ['ZZ', 'California', ''],
  ]
  for (const [country, name, code] of names)
    it(`turn ${name} of ${country} into ${code || 'nothing'}`, () => {
      expect(subdivisionByName(country, name)).to.equal(code)
      if (code !== '') expect(isSubdivision(code)).to.equal(true)
    })

  it('know codes from things that look like them', () => {
    expect(isSubdivision('US-CA')).to.equal(true)
    for (const text of ['US-ZZ', 'USxCA', 'US', 'US-', 'us-ca', 'CA-US', ''])
      expect(isSubdivision(text), text).to.equal(false)
    expect(subdivisionName('DE-BY')).to.equal('Bavaria')
    expect(subdivisionName('DE-XX')).to.equal(undefined)
    expect(subdivisionsOf('US').size).to.equal(51)
  })

  it('place every American state, and states within reach of their country', () => {
    for (const code of subdivisionsOf('US').keys()) {
      const centre = subdivisionCentre(`US-${code}`)
      expect(centre, code).to.not.equal(undefined)
      expect(degreesApart(centre!, COUNTRIES.get('US')!), code).to.be.below(70)
    }
    expect(subdivisionCentre('US-CA')!.longitude).to.be.within(-122, -117)
    expect(subdivisionCentre('VA-01')).to.equal(undefined)
  })
})

interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

/** Along a great circle. */
function degreesApart(a: Coordinates, b: Coordinates): number {
  const cosine =
    Math.sin(radians(a.latitude)) * Math.sin(radians(b.latitude)) +
    Math.cos(radians(a.latitude)) *
      Math.cos(radians(b.latitude)) *
      Math.cos(radians(a.longitude - b.longitude))
  return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
