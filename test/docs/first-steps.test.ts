/** The README's first steps, and what it says of watching and operating a server, typed word by word at a real shell in
 *  a network of its own, with the embedded geo data: what it says is printed is printed, but for what passes. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { ROOT } from '../house/source.ts'
import { ensureBuilt } from '../server/built.ts'
import { cleanEnvironment } from '../server/meridian.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'
import {
  blockAfter,
  comparable,
  makeCheckout,
  Shell,
  type Typed,
  typedIn,
  typeUntil,
} from './typed-blocks.ts'

const SAMPLE = 'zones/classroom.example.zone'
const SCRAPED = 'curl -s http://127.0.0.1:9353/metrics'

/** Figures, ports, sizes and times are others each time; a column is as wide as what is in it. */
function shape(text: string): string {
  const undated = comparable(text).replace(/\d\d-[A-Z][a-z]{2}-\d{4}/g, 'DAY')
  return undated.replace(/\d[\d,.]*(h|m|s)?(\d+[ms])*/g, 'N')
}

describe('README: first steps', () => {
  let dir: string
  let shell: Shell

  before(async function () {
    const names = ['dig', 'ip', 'curl', 'openssl', 'nc', 'fstrm_capture', 'dnstap-read', 'promtool'] as const
    const programs = [process.execPath]
    for (const name of names) programs.push(await tool(name, this))
    const unshare = await tool('unshare', this)
    ensureBuilt()
    dir = makeTempDir('meridian-readme-')
    makeCheckout(dir)
    for (const part of ['zones', 'geo-data', 'deploy'])
      cpSync(join(ROOT, part), join(dir, part), { recursive: true })
    const path = [...new Set(programs.map(found => dirname(found))), process.env['PATH']].join(':')
    shell = new Shell(unshare, dir, cleanEnvironment({ PATH: path, npm_config_update_notifier: 'false' }))
    const { code, printed } = await shell.type('ip link set lo up')
    if (code !== 0) skipWithReason(this, `unshare failed: ${printed}`)
  })
  after(() => {
    shell?.close()
    if (dir !== undefined) removeTempDir(dir)
  })

  const edit = (path: string, change: (text: string) => string): void =>
    writeFileSync(join(dir, path), change(readFileSync(join(dir, path), 'utf8')))

  async function typed(
    { command, printed }: Typed,
    by: (text: string) => string = comparable,
  ): Promise<void> {
    const got = await shell.type(command)
    expect(by(got.printed), command).to.equal(by(printed))
  }

  it('### dnstap', async () => {
    const [capture, serve, dig, ...rest] = typedIn(blockAfter('### dnstap')) as [
      Typed,
      Typed,
      Typed,
      Typed,
      Typed,
    ]
    const here = ({ command }: Typed): string => command.replace('/run/tap.sock', join(dir, 'tap.sock'))
    await shell.type(here(capture))
    await shell.type(here(serve).replace(/&$/, '>serve.log &'))
    await typeUntil(shell, SCRAPED, text => text.includes('meridian_dnstap_receiver_connected 1'))
    await typed(dig)
    await typeUntil(shell, SCRAPED, text => text.includes('meridian_dnstap_messages_total{result="sent"} 2'))
    expect(rest).to.have.length(2)
    await shell.type(`${rest[0]!.command}; wait %1`)
    await typed(rest[1]!, shape)
  })

  it('## In a minute', async () => {
    const answers = typedIn(blockAfter('`npm start` serves'))
    expect(answers).to.have.length(3)
    for (const step of answers) await typed(step)
    const zone = comparable(readFileSync(join(dir, SAMPLE), 'utf8'))
    for (const line of blockAfter('(`GB-ENG/EU` is England').filter(text => text !== '…'))
      expect(zone).to.contain(comparable(line))
    edit(SAMPLE, text => text.replace('regions=use1,euc1', 'regions=use1,ecu1'))
    await typed(typedIn(blockAfter('Edit it, save it'))[0]!)
    edit(SAMPLE, text => text.replace('ecu1', 'euc1'))
    await typed(typedIn(blockAfter('`explain` asks "what if"'))[0]!)
    for (const step of typedIn(blockAfter('`simulate` asks it for'))) await typed(step)
  })

  it('### Metrics, and health of the server', async () => {
    // Series come in the order in which they began.
    const sorted = (text: string): string => comparable(text).split('\n').toSorted().join('\n')
    for (const step of typedIn(blockAfter('HTTP on `127.0.0.1:9353`'))) await typed(step, sorted)
    for (const step of typedIn(blockAfter('[deploy/prometheus/meridian.rules.yml]'))) await typed(step)
  })

  it('### Status', async () => {
    const [drain, status] = typedIn(blockAfter('### Status')) as [Typed, Typed]
    await typed(drain)
    await typed(status, shape)
    await shell.type('npx meridian undrain euc1')
  })

  it('### Push', async () => {
    edit(SAMPLE, text => text.replace('$POLICY class (', '$CHECK load push\n$POLICY class (\n health=load'))
    const [push, health, json] = typedIn(blockAfter('### Push')) as [Typed, Typed, Typed]
    await typeUntil(shell, health.command, text => text.includes('load='))
    await typed(push)
    await typed(health)
    await typed(json, shape)
  })

  it('## A zone of your own', async () => {
    const path = 'zones/school.example.zone'
    writeFileSync(join(dir, path), `${blockAfter('Write `zones/school.example.zone` while').join('\n')}\n`)
    await typed(typedIn(blockAfter('Write `zones/school.example.zone` while', 1))[0]!)
    edit(
      path,
      text => text.replace('regions=fra,iad', '$& residency=eu') + '$EXPECT www from=DE down=fra -> iad\n',
    )
    await typed(typedIn(blockAfter('So Germans land in Virginia'))[0]!)
  })

  it('the admin listener open to others', async () => {
    // `kill %2` would end npx alone where a shell has no jobs of its own.
    await shell.type(`kill $(npx meridian status --json | sed -n 's/.*"pid": \\([0-9]*\\).*/\\1/p'); wait %2`)
    for (const step of typedIn(blockAfter('Another address than loopback is refused'))) {
      if (step.printed === '') await shell.type(step.command.replace(/&$/, '>serve.log &'))
      else {
        const got = await typeUntil(shell, step.command, text => text !== '')
        expect(comparable(got), step.command).to.equal(comparable(step.printed))
      }
    }
  })
}).timeout(60_000)
