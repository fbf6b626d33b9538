/** Help as people and programs find it: every option is told of, and every example runs, in a folder as the examples
 *  suppose one: zones, a running server, databases by their names. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Command } from 'commander'
import { makeProgram, run } from '../../src/cli/run.ts'
import { SETTING_KEYS, variableOf } from '../../src/cli/settings.ts'
import { writeMmdb } from '../geo/mmdb-writer.ts'
import { ROOT } from '../house/source.ts'
import { MAIN } from '../server/built.ts'
import { cleanEnvironment, Meridian, stopAll } from '../server/meridian.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'

interface Page {
  readonly path: string
  readonly command: Command
  readonly text: string
}

/** Of every command that does something itself. */
async function allPages(): Promise<Page[]> {
  const program = await makeProgram(
    () => true,
    () => {},
  )
  return program.commands.flatMap(command =>
    command.commands.length === 0 ? [pageOf(command)] : command.commands.map(pageOf),
  )
}

function pageOf(command: Command): Page {
  let text = ''
  command.configureOutput({ writeOut: piece => (text += piece), getOutHelpWidth: () => 80 })
  command.outputHelp()
  const parent = command.parent?.name() === 'meridian' ? '' : `${command.parent!.name()} `
  return { path: `${parent}${command.name()}`, command, text }
}

/** Lines of the section, without their remarks: those stand two blanks or more behind. */
function examplesOf({ text }: Page): string[] {
  const section = /\nExamples:\n((?: {2}.*\n)+)/.exec(text)?.[1] ?? ''
  return section
    .split('\n')
    .map(line => line.trim().replace(/ {2,}\S.*$/, ''))
    .filter(line => line !== '')
}

describe('help', () => {
  let pages: Page[]
  before(async () => {
    pages = await allPages()
  })

  it('has a page for every command', () => {
    expect(pages.map(({ path }) => path)).to.include.members([
      'serve',
      'doctor',
      'status',
      'geo info',
      'completion',
    ])
  })

  it('says what each command, option and argument is', () => {
    for (const { path, command } of pages) {
      expect(command.description(), path).to.match(/^[A-Z].*\.$/s)
      for (const { long, description } of command.options)
        expect(description.length, `${path} ${long}`).to.be.at.least(10)
      for (const argument of command.registeredArguments)
        expect(argument.description, `${path} ${argument.name()}`).to.not.equal('')
    }
  })

  it('has synopsis, examples, exit codes and variables on every page, and fits a screen', () => {
    for (const { path, text } of pages) {
      expect(text, path).to.match(/^Usage: meridian /)
      expect(text, path)
        .to.match(/\nExamples:\n {2}\S/)
        .and.to.match(/\nExit codes: 0 /)
      expect(text, path).to.match(/\nEnvironment:\n/)
      for (const line of text.split('\n')) expect([...line].length, `${path}: ${line}`).to.be.at.most(120)
    }
  })

  it('names only variables there are, and files where a folder can be said', () => {
    const known = [
      ...SETTING_KEYS.map(variableOf),
      'MERIDIAN_CONFIG',
      'MERIDIAN_FLAG',
      'MERIDIAN_ADMIN_TOKEN',
    ]
    for (const { path, text, command } of pages) {
      const named = text.match(/\bMERIDIAN_[A-Z_]+/g) ?? []
      expect(known, path).to.include.members(named)
      if (command.options.some(({ long }) => long === '--zones')) expect(text, path).to.match(/\nFiles:\n/)
    }
  })

  it('has examples of nearly every command in its neighbours’ words', () => {
    for (const page of pages)
      expect(
        examplesOf(page).some(line => line.includes(`meridian ${page.path}`)),
        page.path,
      ).to.equal(true)
  })

  describe('and its examples', () => {
    let dir: string
    let server: Meridian
    const outside = process.cwd()
    const before_ = { ...process.env }

    before(async function () {
      await tool('jq', this)
      await tool('named-checkzone', this)
      dir = makeTempDir('meridian-help-')
      for (const name of ['zones', 'new', 'etc/zones'])
        cpSync(join(ROOT, 'zones'), join(dir, name), { recursive: true })
      const zone = join(dir, 'zones/classroom.example.zone')
      const pushed = '$CHECK load push\n$POLICY class (\n    health=load'
      writeFileSync(zone, readFileSync(zone, 'utf8').replace('$POLICY class (', pushed))
      writeFileSync(join(dir, 'etc/meridian.yaml'), `zones: ${join(dir, 'zones')}\n`)
      writeFileSync(join(dir, 'queries.csv'), '81.2.69.0/24,1200\n')
      const networks = [['81.2.69.0/24', { country_code: 'GB', latitude: 51.5, longitude: -0.1 }]] as const
      const builtAt = Math.floor(Date.now() / 1000)
      for (const name of ['City', 'ASN', 'GeoLite2-City'])
        writeFileSync(join(dir, `${name}.mmdb`), writeMmdb({ networks, builtAt, type: 'DBIP-City-Lite' }))
      for (const folder of ['.zfunc', '.config/fish/completions', '.local/share/bash-completion/completions'])
        mkdirSync(join(dir, folder), { recursive: true })
      const flags = ['--listen', '127.0.0.1:0', '--workers', '1', '--admin', 'off', '--log-level', 'debug']
      const state = [
        '--state',
        join(dir, '.meridian'),
        '--zones',
        join(dir, 'zones'),
        '--geo',
        join(dir, 'City.mmdb'),
      ]
      server = await Meridian.start({}, [...flags, ...state])
      await server.logged(({ msg }) => msg === 'taking orders')
    })
    beforeEach(() => {
      process.chdir(dir)
      const settings = {
        MERIDIAN_GEO: 'City.mmdb',
        MERIDIAN_LISTEN: '127.0.0.1:0',
        MERIDIAN_ADMIN: 'off',
        HOME: dir,
      }
      process.env = cleanEnvironment({ ...settings, NO_COLOR: '1' })
    })
    afterEach(() => {
      process.chdir(outside)
      process.env = before_
    })
    after(async () => {
      await stopAll()
      if (dir !== undefined) removeTempDir(dir)
    })

    /** Ports and folders are ours; the rest is as it stands there. */
    const here = (line: string): string =>
      line
        .replaceAll('/etc/meridian', join(dir, 'etc'))
        .replaceAll('/var/lib/meridian', join(dir, '.meridian'))
        .replace('127.0.0.1:5300', `127.0.0.1:${server.port()}`)
        .replace('-p 5300', `-p ${server.port()}`)
        .replaceAll(':53 ', ':0 ')

    it('run', async function () {
      this.timeout(120_000)
      for (const page of pages)
        for (const line of examplesOf(page)) {
          const { code, told } = await runLine(`${here(`${line} `).trim()}`)
          expect(code, `${line}\n${told}`).to.equal(0)
        }
    })
  })
})

interface Ran {
  readonly code: number
  readonly told: string
}

async function runLine(line: string): Promise<Ran> {
  if (line.startsWith('meridian serve')) return runServe(line)
  if (/[|<>]|--watch|^dig/.test(line)) return runInShell(line)
  return runHere(line)
}

/** Without a process of its own, which is most of what a command takes. */
async function runHere(line: string): Promise<Ran> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
  const streams = [process.stdout, process.stderr] as const
  const writes = streams.map(stream => stream.write)
  let told = ''
  let code = -1
  try {
    for (const stream of streams)
      stream.write = (piece: string | Uint8Array): boolean => {
        told += String(piece)
        return true
      }
    await run(words.slice(1), exitCode => (code = exitCode))
  } finally {
    for (const [i, stream] of streams.entries()) stream.write = writes[i]!
  }
  return { code, told }
}

const PROGRAM = `'${process.execPath}' '${MAIN}'`

function runInShell(line: string): Ran {
  const watches = line.includes('--watch')
  // A function cannot be sent a signal: the program itself is.
  const asked = watches ? line.replace(/^meridian/, PROGRAM) : line
  const ended = watches ? ' & sleep 2; kill -INT $!; wait $! || [ $? -gt 128 ]' : ''
  const script = `meridian() { ${PROGRAM} "$@"; }\nset -o pipefail\n${asked}${ended}`
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env: process.env })
  return { code: status ?? -1, told: stdout + stderr }
}

/** Until it listens, and then it is stopped. */
function runServe(line: string): Ran {
  const program = line.replace(/^meridian/, PROGRAM)
  const script = `${program} --state .other --log-format json > served 2>&1 & pid=$!
    while ! grep -q '"listening"' served && kill -0 $pid; do sleep 0.05; done
    kill -TERM $pid; wait $pid; code=$?; cat served; exit $code`
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env: process.env })
  return { code: status ?? -1, told: stdout + stderr }
}
