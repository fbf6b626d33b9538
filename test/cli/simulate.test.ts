/** `meridian simulate`: the maps it draws and where it puts them. What it prints is in the transcripts. */

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { SmallWorld } from '../steering/small-world.ts'

describe('meridian simulate --map', () => {
  let world: SmallWorld
  before(() => {
    world = new SmallWorld()
  })
  after(() => world.remove())

  const draw = (words: readonly string[], file = 'world.svg') =>
    world.run(['simulate', ...words, '--map', join(world.dir, file)])
  const read = (file: string): string => readFileSync(join(world.dir, file), 'utf8')

  it('draws dots, regions and a legend, with white rims for what moves', () => {
    const { code, stderr } = draw(['--zones', 'next', '--against', 'now'])
    expect([code, stderr]).to.deep.equal([0, ''])
    const svg = read('world.svg')
    expect(svg).to.match(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/)
    expect(svg).to.contain('live.classroom.example.')
    for (const region of ['use1', 'euc1', 'euw3', 'apne1']) expect(svg).to.contain(`>${region}<`)
    // Eight places; India moves.
    expect(svg.match(/M[\d.]+ [\d.]+h0/g)).to.have.length(9)
    expect(svg.match(/<path d="[^"]*" stroke="#ffffff"/g)).to.have.length(1)
    expect(svg).to.contain('moves here from another region')
  })

  it('says which regions are down', () => {
    draw(['--zones', 'next', '--down', 'euc1,use1'])
    expect(read('world.svg')).to.contain('use1 (down)').and.to.contain('euc1, use1 down')
    expect(read('world.svg')).to.not.contain('moves here')
  })

  it('gives each policy a file of its own where there are several', () => {
    expect(draw(['--zones', 'now'], 'all.svg').code).to.equal(0)
    expect(existsSync(join(world.dir, 'all.svg'))).to.equal(false)
    for (const name of [
      'classroom.example-class',
      'shop.example-near',
      'shop.example-split',
      'shop.example-pair',
    ])
      expect(read(`all-${name}.svg`)).to.match(/<\/svg>\n$/)
  })

  it('says when it cannot write', () => {
    const { code, stderr } = draw(['--zones', 'next'], 'no/such/folder.svg')
    expect(stderr).to.match(/folder\.svg error cannot-write ENOENT/)
    expect(code).to.equal(1)
  })

  it('has nothing to draw where no policy answers', () => {
    mkdirSync(join(world.dir, 'empty'))
    const { code, stdout, stderr } = draw(['--zones', join(world.dir, 'empty')], 'none.svg')
    expect(stdout).to.equal('No policy answers a name in these zones.\n')
    expect(stderr).to.match(/no-zones holds no zone files/)
    expect(code).to.equal(0)
    expect(existsSync(join(world.dir, 'none.svg'))).to.equal(false)
  })
})
