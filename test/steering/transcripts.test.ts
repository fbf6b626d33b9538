/** What the commands that only look print, word for word: `transcripts/*.txt` hold commands as typed, what they print
 *  and, where it is not 0, the exit code. They run in this folder and in the small world. `UPDATE_GOLDEN=1` writes
 *  them anew; read the difference. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { SmallWorld } from './small-world.ts'

const FOLDER = join(import.meta.dirname, 'transcripts')

interface Exchange {
  readonly command: string
  readonly said: string
}

function readTranscript(text: string): Exchange[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map(part => {
      const end = part.indexOf('\n')
      return { command: part.slice(0, end), said: part.slice(end + 1).trimEnd() }
    })
}

function printTranscript(exchanges: readonly Exchange[]): string {
  return exchanges.map(({ command, said }) => `$ ${command}\n${said}\n`).join('\n')
}

describe('transcripts', () => {
  let world: SmallWorld
  before(() => {
    world = new SmallWorld()
  })
  after(() => world.remove())

  const act = (command: string): string => {
    const [program, ...words] = command.split(/\s+/)
    expect(program).to.equal('meridian')
    const { code, stdout, stderr } = world.run(words)
    const text = `${stdout}${stderr}`.replaceAll(world.dir, 'WORLD').trimEnd()
    return code === 0 ? text : `${text}\n[exit ${code}]`
  }

  for (const file of readdirSync(FOLDER))
    describe(file.replace('.txt', ''), () => {
      const path = join(FOLDER, file)
      const exchanges = readTranscript(readFileSync(path, 'utf8'))
      const now: Exchange[] = []
      for (const { command, said } of exchanges)
        it(command, () => {
          const saidNow = act(command)
          now.push({ command, said: saidNow })
          if (process.env.UPDATE_GOLDEN !== '1') expect(saidNow).to.equal(said)
        })
      after(() => {
        if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, printTranscript(now))
      })
    })
})
