/** What the compiler is asked for must be something it knows: it takes no offence at the rest, and goes on slower. */
import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { INLINING_FLAGS } from '../../src/base/inline.ts'

describe('the flags of the compiler', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
  for (const flag of INLINING_FLAGS) {
    const [name] = flag.split('=')
    it(`${name} is one that Node ${process.versions.node} knows`, () =>
      expect(known).to.match(new RegExp(`^\\s+${name} \\(`, 'm')))
  }
})
