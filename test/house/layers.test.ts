/** Holds the table of rooms over src/, and shows that the rules can fail. */

import { expect } from 'chai'
import { cycleComplaints, layerComplaints, ROOMS } from './layers.ts'
import { filesBelow } from './source.ts'

describe('the rooms', () => {
  it('import only what the table allows', () => {
    const files = filesBelow('src')
    expect(files).to.not.be.empty
    expect(layerComplaints(files)).to.deep.equal([])
  })

  it('hold no circle between files', () => {
    expect(cycleComplaints(filesBelow('src'))).to.deep.equal([])
  })

  it('hold no circle in the table itself', () => {
    const closure = (room: string, seen = new Set<string>()): Set<string> => {
      const below = ROOMS[room]
      for (const other of below === 'all' || below === undefined ? [] : below)
        if (!seen.has(other)) closure(other, seen.add(other))
      return seen
    }
    for (const room of Object.keys(ROOMS)) expect([...closure(room)]).to.not.include(room)
  })
})

describe('the rules of the rooms', () => {
  const caught: [string, string, RegExp][] = [
    ['src/serve/a.ts', `import { x } from '../zone/b.ts'`, /serve must not import zone/],
    ['src/serve/a.ts', `import type { X } from '../zone/b.ts'`, /must not import zone/],
    ['src/base/a.ts', `export * from '../wire/b.ts'`, /base must not import wire/],
    ['src/control/a.ts', `const m = await import('../serve/worker.ts')`, /must not import serve/],
    ['src/wire/a.ts', `import {\n  a,\n  b,\n} from '../plan/b.ts'`, /:4: wire must not import plan/],
    ['src/wire/a.ts', `import '../zone/b.ts'`, /must not import zone/],
    ['src/attic/a.ts', '', /no room `attic`/],
    ['src/plan/a.ts', `import { x } from './b'`, /without its \.ts/],
    ['src/plan/a.ts', `import { x } from '../../test/b.ts'`, /outside src/],
  ]
  for (const [path, text, complaint] of caught)
    it(`catch ${JSON.stringify(text)} in ${path}`, () => {
      expect(layerComplaints([{ path, text }]).join('\n')).to.match(complaint)
    })

  const passed: [string, string][] = [
    ['src/serve/a.ts', `import { x } from '../wire/b.ts'`],
    ['src/serve/a.ts', `// import { x } from '../zone/b.ts'`],
    ['src/control/a.ts', `new Worker(new URL('../serve/worker.ts', import.meta.url))`],
    ['src/main.ts', `import { x } from './serve/b.ts'`],
    ['src/base/a.ts', `import { x } from 'node:fs'`],
  ]
  for (const [path, text] of passed)
    it(`let pass ${JSON.stringify(text)} in ${path}`, () => {
      expect(layerComplaints([{ path, text }])).to.deep.equal([])
    })

  it('catch a circle of three files', () => {
    const files = ['a', 'b', 'c'].map((name, index) => ({
      path: `src/base/${name}.ts`,
      text: `import { x } from './${'bca'[index]}.ts'`,
    }))
    expect(cycleComplaints(files)).to.deep.equal([
      'src/base/a.ts → src/base/b.ts → src/base/c.ts → src/base/a.ts',
    ])
  })
})
