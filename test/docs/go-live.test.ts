/** The README's section "Go live", typed word by word in a world of its own: what it says is printed is printed.
 *  UPDATE_GOLDEN=1 writes what is printed into the README, to be looked at as a difference. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { ROOT } from '../house/source.ts'
import { ensureBuilt } from '../server/built.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'
import { comparable, stepsOf, withOutputs } from './go-live-steps.ts'
import { type Programs, typeAll } from './go-live-world.ts'

const README = join(ROOT, 'README.md')

describe('README: go live', () => {
  let dir: string
  let programs: Programs

  before(async function () {
    programs = {
      unshare: await tool('unshare', this),
      ip: await tool('ip', this),
      nsd: await tool('nsd', this),
      unbound: await tool('unbound', this),
      dig: await tool('dig', this),
    }
    ensureBuilt()
    dir = makeTempDir('meridian-live-')
  })
  after(() => {
    if (dir !== undefined) removeTempDir(dir)
  })

  it('every command prints what the README says', function () {
    this.timeout(180_000)
    const readme = readFileSync(README, 'utf8')
    const steps = stepsOf(readme)
    const typed = typeAll(dir, programs, steps)
    if (typeof typed === 'string' && /unshare failed/.test(typed)) skipWithReason(this, typed.trim())
    if (typeof typed === 'string') throw new Error(typed)
    if (process.env['UPDATE_GOLDEN'] === '1') {
      const shown = typed.map(({ printed }, i) => (isShown(steps[i]!) ? printed : []))
      writeFileSync(README, withOutputs(readme, steps, shown))
      return
    }
    for (const [i, step] of steps.entries()) {
      if (step.kind !== 'command') continue
      const { code, printed } = typed[i]!
      expect(code, `${step.host}$ ${step.command}\n${printed.join('\n')}`).to.equal(0)
      if (isShown(step))
        expect(comparable(step.command, printed), `${step.host}$ ${step.command}`).to.deep.equal(
          comparable(step.command, step.printed),
        )
    }
    expect(steps.filter(({ kind }) => kind === 'command')).to.have.length.above(20)
  })
})

/** The doctor looks at the host, which is another one everywhere. */
function isShown(step: ReturnType<typeof stepsOf>[number]): boolean {
  return step.kind === 'command' && !/meridian doctor/.test(step.command)
}
