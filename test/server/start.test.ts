/** What a start loads: it is mostly waiting for modules, so none may come that the first answer does not need. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { resolveImport } from '../house/layers.ts'
import { importsOf, ROOT } from '../house/source.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { ensureBuilt } from './built.ts'
import { Meridian, stopAll, zoneText } from './meridian.ts'

const THREADS = [
  'control/builder-thread',
  'observe/tap-thread',
  'serve/dgram-worker',
  'serve/stream-worker',
  'serve/udp-worker',
]

const STEERED = `$REGION use1 cloud=aws:us-east-1
$REGION euc1 cloud=aws:eu-central-1
$POLICY p regions=use1,euc1 residency=eu
live GSLB p
use1.live 60 A 192.0.2.1
euc1.live 60 A 192.0.2.2
`

describe('before the first build begins', () => {
  it('little is loaded', () => {
    const loaded = [...loadedWith('src/cli/serve.ts', loadedWith('src/cli/run.ts'))]
    expect(loaded).to.include.members(['commander', 'src/control/builder.ts'])
    expect(loaded.filter(path => !path.startsWith('src/') && !path.startsWith('node:'))).to.deep.equal([
      'commander',
    ])
    const later = /^src\/(?:(?!base|cli|control)|cli\/(?:listen|serve-log|server)|control\/build\.)/
    expect(loaded.filter(path => later.test(path))).to.deep.equal([])
  })
})

/** A file and all that comes with it at once: what is imported as it runs, and types, are not. */
function loadedWith(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path)) return known
  known.add(path)
  if (!path.startsWith('src/')) return known
  const text = readFileSync(join(ROOT, path), 'utf8')
  for (const [, target] of text.matchAll(/^(?:import|export)(?! type)\b(?:[^'"]*?from)? '([^']+)'/gm))
    loadedWith(resolveImport(path, target!) ?? target!, known)
  return known
}

describe('the file of a thread', () => {
  before(ensureBuilt)

  for (const thread of THREADS)
    it(`${thread} is whole: it loads only what is in Node`, () => {
      const imported = importsOf(readFileSync(join(ROOT, 'dist', `${thread}.js`), 'utf8'))
      // Texts that end in "from" or "import" are no imports.
      const targets = imported.map(({ target }) => target).filter(target => /^[.@\w]/.test(target))
      expect(targets).to.not.be.empty
      expect(targets.filter(target => !target.startsWith('node:'))).to.deep.equal([])
    })
})

describe('a start without Consul', () => {
  afterEach(stopAll)

  it('loads nothing that its first answer by policy does not need', async () => {
    const dir = makeTempDir()
    const noted = join(dir, 'modules')
    const preload = pathToFileURL(join(ROOT, 'test', 'server', 'module-log.fixture.mjs'))
    const geo = join(ROOT, 'test', 'geo', 'country.mmdb')
    const words = ['--listen', '127.0.0.1:0', '--workers', '1', '--geo', geo]
    const env = { NODE_OPTIONS: `--import ${preload.href}`, MODULE_LOG: noted }
    const server = await Meridian.start({ 'class.test.zone': zoneText(1, STEERED) }, words, env)
    expect(await server.address('live.class.test')).to.equal('192.0.2.2')

    const modules = readFileSync(noted, 'utf8').trim().split('\n')
    await stopAll()
    removeTempDir(dir)
    const packages = new Set(modules.flatMap(url => /\/node_modules\/([^/]+)/.exec(url)?.[1] ?? []))
    expect(packages).to.include('commander')
    expect(packages).to.not.have.any.keys('consul', 'dns2', 'geoip-lite', 'prom-client', 'yaml', 'zod')
    const ours = modules.flatMap(url => /\/dist\/(.+)\.js$/.exec(url)?.[1] ?? [])
    expect(ours).to.include.members(['cli/serve', 'control/builder-thread', 'serve/udp-worker'])
    // What threads need stands in their own files, and the main thread builds nothing.
    expect(
      ours.filter(path => /^(?:admin|compile|doctor|facts|policy|simulate|zone)\//.test(path)),
    ).to.deep.equal([])
    expect(
      ours.filter(path => /^(?:health\/(?:consul\/connect|probe)|observe\/(?!log))/.test(path)),
    ).to.deep.equal([])
  })
})
