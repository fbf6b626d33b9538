/** Holds ARCHITECTURE.md against the tree: the rooms it draws, the files and tests it names. What it says of them is
 *  for readers to judge. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect } from 'chai'
import { ROOMS } from './layers.ts'
import { ROOT } from './source.ts'

const PAGE = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')

/** The cells of the rows of the table that begins with these. */
function table(page: string, ...heads: string[]): string[][] {
  const lines = page.split('\n')
  const top = lines.findIndex(line => cells(line).join() === heads.join())
  const rows = lines.slice(top + 2)
  return rows
    .slice(
      0,
      rows.findIndex(line => !line.startsWith('|')),
    )
    .map(cells)
}

function cells(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim())
}

/** The files between backticks; those of src/ are named without it, and any without `.ts`. */
function filesNamed(text: string): string[] {
  return [...text.matchAll(/`([a-z][\w-]*(?:\/[\w.*-]+)+)`/g)].map(([, path]) => path!)
}

function isThere(path: string): boolean {
  const whole = join(ROOT, /^(?:test|deploy)\//.test(path) ? path : join('src', path))
  if (whole.endsWith('*'))
    return readdirSync(dirname(whole)).some(name => name.startsWith(basename(whole).slice(0, -1)))
  return ['', '.ts', '.test.ts'].some(ending => existsSync(whole + ending))
}

describe('ARCHITECTURE.md', () => {
  it('has the rooms of the table of imports, and of src/', () => {
    const rooms = table(PAGE, 'room', 'what it does', 'may import').map(([room = '', , below = '']) => [
      room.replaceAll('`', ''),
      below === 'all'
        ? below
        : below
            .split(' ')
            .filter(name => name !== '–')
            .sort(),
    ])
    const { main: _, ...others } = ROOMS
    const expected = Object.entries(others).map(([room, below]) => [
      room,
      below === 'all' ? below : [...below].sort(),
    ])
    expect(Object.fromEntries(rooms)).to.deep.equal(Object.fromEntries(expected))
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter(entry =>
      entry.isDirectory(),
    )
    expect(rooms.map(([room]) => room)).to.have.members(folders.map(({ name }) => name))
  })

  it('names files that are there', () => {
    const named = filesNamed(PAGE)
    expect(named).to.include('serve/answer')
    expect(named.filter(path => !isThere(path))).to.deep.equal([])
  })

  it('has every RFC that answers are tested by, and no test that is not there', () => {
    const rows = table(PAGE, 'RFC', 'what of it', 'where', 'tests')
    const tested = readdirSync(join(ROOT, 'test/answers')).flatMap(
      name => /^(rfc\d+)\.test\.ts$/.exec(name)?.[1] ?? [],
    )
    const named = rows.flatMap(([, , , tests = '']) => tests.match(/rfc\d+/g) ?? [])
    expect(named).to.include.members(tested)
    expect(tested).to.include.members(named)
    const numbers = rows.flatMap(([rfcs = '']) => rfcs.match(/\d+/g) ?? []).map(number => `rfc${number}`)
    expect(numbers).to.include.members(tested)
  })
})
