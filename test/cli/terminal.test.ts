/** How commands speak to a person: colours and bars at a terminal, and only there. The terminal is a real one, made
 *  by script(1). */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { ProgressBar } from '../../src/cli/progress-bar.ts'
import { writeMmdb } from '../geo/mmdb-writer.ts'
import { ensureBuilt, MAIN } from '../server/built.ts'
import { cleanEnvironment, runMeridian, zoneText } from '../server/meridian.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'

const ESCAPE = '\x1b['

describe('at a terminal', () => {
  let dir: string
  let script: string

  before(async function () {
    script = await tool('script', this)
    ensureBuilt()
    dir = makeTempDir('meridian-terminal-')
    mkdirSync(join(dir, 'zones'))
    const steered = '$REGION a at=50,8 country=DE\n$POLICY p regions=a\nlive GSLB p\na.live A 192.0.2.1'
    writeFileSync(join(dir, 'zones', 'shop.test.zone'), zoneText(1, steered))
    writeFileSync(join(dir, 'zones', 'bad.test.zone'), zoneText(1, 'www A 1'))
    const networks = [['192.0.2.0/24', { country_code: 'DE' }]] as const
    writeFileSync(
      join(dir, 'old.mmdb'),
      writeMmdb({ networks, builtAt: 1_600_000_000, type: 'DBIP-City-Lite' }),
    )
  })
  after(() => removeTempDir(dir))

  function atTerminal(words: readonly string[], env: NodeJS.ProcessEnv): string {
    const line = [process.execPath, MAIN, ...words].join(' ')
    const { stdout } = spawnSync(script, ['-qec', line, '/dev/null'], {
      cwd: dir,
      encoding: 'utf8',
      env: cleanEnvironment({ TERM: 'xterm', ...env }),
    })
    return stdout
  }

  const COMMANDS: readonly (readonly string[])[] = [
    ['check', '--geo', 'old.mmdb'],
    ['doctor', '--geo', 'old.mmdb', '--listen', '127.0.0.1:0'],
    ['explain', 'live.shop.test', '--from', 'DE', '--geo', 'old.mmdb'],
    ['geo', 'info', '--geo', 'old.mmdb'],
    ['status'],
  ]
  for (const words of COMMANDS)
    it(`meridian ${words[0]} has colours; not with NO_COLOR, on a dumb terminal, or in a pipe`, () => {
      expect(atTerminal(words, {})).to.include(ESCAPE)
      expect(atTerminal(words, { NO_COLOR: '1' })).to.not.include(ESCAPE)
      const { stdout, stderr } = runMeridian(words, { cwd: dir, env: { TERM: 'dumb' } })
      expect(stdout + stderr)
        .to.not.include(ESCAPE)
        .and.to.not.equal('')
    })

  it('NO_COLOR counts only when it holds something, and TERM=dumb always', () => {
    expect(atTerminal(['status'], { NO_COLOR: '' })).to.include(ESCAPE)
    expect(atTerminal(['status'], { TERM: 'dumb' })).to.not.include(ESCAPE)
  })

  it('says the same in JSON, without colours', () => {
    const text = atTerminal(['check', '--json', '--geo', 'old.mmdb'], {})
    expect(JSON.parse(text)).to.include({ errors: 1 })
  })
})

describe('a progress bar', () => {
  const CASES: readonly [string, boolean, number, boolean][] = [
    ['is shown after a second, at a terminal', true, 1_500, true],
    ['is not shown before', true, 900, false],
    ['is not shown in a pipe', false, 1_500, false],
  ]
  for (const [what, isTTY, afterMs, isShown] of CASES)
    it(what, () => {
      let [written, nowMs] = ['', 0]
      const stream = { isTTY, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream
      const bar = new ProgressBar(stream, () => nowMs, 'working')
      bar.show(0.25)
      nowMs = afterMs
      bar.show(0.5)
      bar.show(0.5)
      const half = `\rworking [${'#'.repeat(15)}${'.'.repeat(15)}] 50%`
      expect(written).to.equal(isShown ? half : '')
      bar.clear()
      expect(written).to.equal(isShown ? `${half}\r${' '.repeat(half.length - 1)}\r` : '')
    })
})
