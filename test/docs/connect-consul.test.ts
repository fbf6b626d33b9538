/** The README's "Consul", and what else it says of it, typed word by word at a real shell with a real Consul, in a
 *  network of its own: its ports are those that are written. What it says is printed is printed, but for ages. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { ROOT } from '../house/source.ts'
import { ensureBuilt, MAIN } from '../server/built.ts'
import { cleanEnvironment } from '../server/meridian.ts'
import { SmallWorld } from '../steering/small-world.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'

interface Typed {
  readonly command: string
  readonly printed: string
}

const README = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n')

/** The first fenced block behind the line that begins so. */
function blockAfter(start: string): string[] {
  const from = README.findIndex(line => line.startsWith(start))
  const open = README.indexOf('```', from)
  return README.slice(open + 1, README.indexOf('```', open + 1))
}

/** Lines after `$ ` and `> ` are typed, others printed. */
function typedIn(block: readonly string[]): Typed[] {
  const typed: { command: string[]; printed: string[] }[] = []
  for (const line of block)
    if (line.startsWith('$ ')) typed.push({ command: [line.slice(2)], printed: [] })
    else if (line.startsWith('> ')) typed.at(-1)!.command.push(line.slice(2))
    else typed.at(-1)!.printed.push(line)
  return typed.map(({ command, printed }) => ({ command: command.join('\n'), printed: printed.join('\n') }))
}

/** Ages and dates pass, and who and where we are is another everywhere. */
function comparable(text: string): string {
  return text
    .replace(/\b(for|age)=\w+/g, '$1=0s')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'THEN')
    .replace(/\bby \S+@\S+/g, 'by somebody')
    .replace(/[ \t]+/g, ' ')
    .trim()
}

/** A shell in namespaces of its own, and whatever is started in it ends with it. */
class Shell {
  private readonly child: ChildProcess
  private output = ''
  private count = 0

  constructor(unshare: string, cwd: string, env: NodeJS.ProcessEnv) {
    const apart = ['--net', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash']
    this.child = spawn(unshare, apart, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] })
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.output += text
    })
    this.child.stdin!.on('error', () => undefined)
  }

  /** What it prints, and its exit code. */
  async type(command: string): Promise<{ printed: string; code: number }> {
    const end = `--- ${++this.count} `
    this.output = ''
    this.child.stdin!.write(`${command}\necho "${end}$?"\n`)
    while (!this.output.includes(end) || !this.output.endsWith('\n')) {
      if (this.child.exitCode !== null) return { printed: this.output, code: -1 }
      await pause(10)
    }
    const [printed = '', code] = this.output.split(end)
    return { printed, code: Number(code) }
  }

  close(): void {
    this.child.kill('SIGKILL')
  }
}

describe('README: Consul', () => {
  let dir: string
  let world: SmallWorld
  let shell: Shell | undefined

  before(async function () {
    const programs = [
      await tool('consul', this),
      await tool('dig', this),
      await tool('ip', this),
      process.execPath,
    ]
    const unshare = await tool('unshare', this)
    ensureBuilt()
    dir = makeTempDir('meridian-readme-')
    world = new SmallWorld()
    for (const sub of ['zones', 'node_modules/.bin']) mkdirSync(join(dir, sub), { recursive: true })
    const program = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`
    writeFileSync(join(dir, 'node_modules/.bin/meridian'), program, { mode: 0o755 })
    writeFileSync(join(dir, 'package.json'), '{}')
    const zone = blockAfter('Write `zones/school.example.zone` while')
    writeFileSync(join(dir, 'zones/school.example.zone'), `${zone.join('\n')}\n`)
    const path = [...programs.map(found => dirname(found)), process.env['PATH']].join(':')
    const quick = { MERIDIAN_GEO: world.database, MERIDIAN_WORKERS: '1' }
    shell = new Shell(
      unshare,
      dir,
      cleanEnvironment({ ...quick, PATH: path, npm_config_update_notifier: 'false' }),
    )
    const { code, printed } = await shell.type('ip link set lo up')
    if (code !== 0) skipWithReason(this, `unshare failed: ${printed}`)
  })
  after(() => {
    shell?.close()
    world?.remove()
    if (dir !== undefined) removeTempDir(dir)
  })

  const BLOCKS = ['## Consul', '### One source may not take everything', '### A fleet']
  for (const start of BLOCKS)
    it(`${start} every command prints what the README says`, async () => {
      const typed = typedIn(blockAfter(start))
      expect(typed).to.have.length.within(3, 10)
      for (const { command, printed } of typed) {
        let got = await shell!.type(command)
        // Whoever types waits for a server to be there; nothing here is done twice by being typed twice.
        const isSo = (): boolean => comparable(got.printed) === comparable(printed)
        for (let again = 0; !/&|<<|%/.test(command) && !isSo() && again < 100; again++) {
          await pause(200)
          got = await shell!.type(command)
        }
        expect(comparable(got.printed), command).to.equal(comparable(printed))
      }
    })
}).timeout(90_000)
