/** Completions by the shells themselves: each is given its script and asked what it would offer. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { WORDS_OF_OPTIONS } from '../../src/cli/command-tree.ts'
import { readSetting } from '../../src/cli/setting-values.ts'
import { flagOf, SETTING_KEYS } from '../../src/cli/settings.ts'
import { runMeridian } from '../server/meridian.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { type ToolName, tool } from '../tools/tools.ts'

type Shell = 'bash' | 'zsh' | 'fish'

const CASES: readonly [string, readonly string[]][] = [
  ['meridian st', ['status']],
  ['meridian geo ', ['build', 'info', 'lookup']],
  ['meridian serve --tcp-p', ['--tcp-pending', '--tcp-per-client']],
  ['meridian serve --zones x --log-level ', ['debug', 'error', 'info', 'warn']],
  ['meridian geo info --js', ['--json']],
  ['meridian force euc1 ', ['auto', 'down', 'up']],
  ['meridian check --zones fol', ['folder/']],
  ['meridian check fil', ['file.zone']],
  ['meridian check --zones fil', []],
  ['meridian completion ', ['bash', 'fish', 'zsh']],
]

/** Each prints the offers for `$1`, one a line. */
const ASK: Readonly<Record<Shell, (script: string) => string>> = {
  bash: script => `source ${script}
    compopt() { :; }
    COMP_WORDS=($1); [[ $1 == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMP_LINE=$1; COMP_POINT=\${#1}
    complete -p meridian | grep -q -- '-F _meridian' || exit 9
    _meridian
    for word in "\${COMPREPLY[@]}"; do [ -d "$word" ] && word=$word/; echo "$word"; done`,
  fish: script => `source ${script}; complete -C "$argv[1]" | string replace -r '\\t.*' ''`,
  // What zsh would show is only known to zsh itself, at a terminal of its own.
  zsh: script => `zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'autoload -U compinit && compinit -u -D; source ${script}'
    zpty -w shell '${COMPADD}'
    zpty -w shell 'told() { : > ready }; comppostfuncs=(told)'
    zpty -n -w shell "$1"$'\\t'
    repeat 400 { [[ -e ready ]] && break; zpty -r -t shell line; sleep 0.05 }
    zpty -d shell
    [[ -e ready ]] || echo 'zsh completed nothing' >&2
    [[ -e offers ]] && sort -u offers | while read -r word; do [ -d "$word" ] && word=$word/; echo "$word"; done
    rm -f offers ready`,
}

const ARGS: Readonly<Record<Shell, (ask: string) => string[]>> = {
  bash: ask => ['--norc', '-c', ask, 'bash'],
  zsh: ask => ['-f', '-c', ask, 'zsh'],
  fish: ask => ['--no-config', '-c', ask],
}

/** The shell's own command for offers, overheard; calls that only filter words are none. */
const COMPADD = [
  'compadd() { [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]] && { builtin compadd "$@"; return }',
  'local -a found; builtin compadd -A found "$@"',
  'print -rl -- $found >> offers; builtin compadd "$@" }',
].join('; ')

describe('completion', () => {
  let dir: string

  before(() => {
    dir = makeTempDir('meridian-completion-')
    spawnSync('mkdir', [join(dir, 'folder')])
    writeFileSync(join(dir, 'file.zone'), '')
  })
  after(() => removeTempDir(dir))

  for (const shell of ['bash', 'zsh', 'fish'] as const satisfies readonly (Shell & ToolName)[])
    describe(`in ${shell}`, () => {
      let program: string
      let script: string

      before(async function () {
        program = await tool(shell, this)
        script = join(dir, `meridian.${shell}`)
        const { stdout, code } = runMeridian(['completion', shell])
        expect(code).to.equal(0)
        writeFileSync(script, stdout)
      })

      for (const [line, offers] of CASES)
        it(`offers ${offers.join(' ') || 'nothing'} for "${line}"`, () => {
          const args = [...ARGS[shell](ASK[shell](script)), line]
          const env = { PATH: process.env['PATH'], HOME: dir, TERM: 'xterm' }
          const { stdout, stderr } = spawnSync(program, args, { cwd: dir, encoding: 'utf8', env })
          expect(stderr).to.equal('')
          const words = stdout.split('\n').filter(word => word !== '')
          expect(words.toSorted()).to.deep.equal(offers)
        })
    })

  it('offers only words that are taken', () => {
    for (const [long, words] of Object.entries(WORDS_OF_OPTIONS)) {
      const key = SETTING_KEYS.find(one => `--${flagOf(one)}` === long)!
      for (const word of words) expect(readSetting({}, key, word), `${long} ${word}`).to.equal(undefined)
    }
  })

  it('is told by name which shells there are', () => {
    const { code, stderr } = runMeridian(['completion', 'tcsh'])
    expect(code).to.equal(2)
    expect(stderr).to.include('"tcsh" is not bash, zsh or fish')
  })
})
