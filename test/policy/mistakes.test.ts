/** What is said about mistakes, word for word: `test/golden/policy/*.txt` hold cases of a title, lines that change
 *  the zone below, and the report. A changed line takes the place of the one with the same first words;
 *  `- TEXT` takes out lines that begin so, `+ LINE` only adds. `UPDATE_GOLDEN=1` writes the reports anew; read the
 *  difference. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { describeProblems, readText } from './zone-text.ts'

const FOLDER = fileURLToPath(new URL('../golden/policy', import.meta.url))

const RIGHT = `$ORIGIN example.
$TTL 300
@ IN SOA ns1 hostmaster 1 2h 30m 14d 60
@ IN NS ns1
ns1 IN A 192.0.2.53
$REGION use1 cloud=aws:us-east-1
$REGION euc1 cloud=aws:eu-central-1
$REGION euw3 cloud=gcp:europe-west3
$PLACES gulf AE,SA,QA
$CHECK edge https=/healthz
$POLICY p regions=use1,euc1,euw3 residency=eu residency=gulf:euc1 health=edge
live GSLB p
use1.live A 192.0.2.1
euc1.live A 192.0.2.2
euw3.live A 192.0.2.3
$EXPECT live from=DE -> euc1
`

interface Case {
  readonly title: string
  readonly changes: readonly string[]
  readonly said: string
}

function readCases(text: string): Case[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map(part => {
      const [head = '', said = ''] = part.split(/^=>\n/m)
      const [title = '', ...changes] = head.trimEnd().split('\n')
      return { title, changes, said: said.trimEnd() }
    })
}

function printCases(cases: readonly Case[]): string {
  return cases
    .map(({ title, changes, said }) => `# ${[title, ...changes].join('\n')}\n=>\n${said}\n`)
    .join('\n')
}

function change(lines: readonly string[], edit: string): string[] {
  if (edit.startsWith('+ ')) return [...lines, edit.slice(2)]
  if (edit.startsWith('- ')) return lines.filter(line => !line.startsWith(edit.slice(2)))
  const firstWords = (line: string): string => line.trim().split(/\s+/).slice(0, 2).join(' ')
  const at = lines.findIndex(line => firstWords(line) === firstWords(edit))
  return at < 0 ? [...lines, edit] : lines.with(at, edit)
}

function report({ changes }: Case): string {
  const lines = changes.reduce(change, RIGHT.trimEnd().split('\n'))
  return describeProblems(readText(`${lines.join('\n')}\n`).problems).trimEnd()
}

describe('mistakes in the zone language', () => {
  const files = readdirSync(FOLDER).filter(file => file.endsWith('.txt'))
  const casesOf = new Map(
    files.map(file => [file, readCases(readFileSync(join(FOLDER, file), 'utf8'))] as const),
  )

  it('are many', () => {
    expect([...casesOf.values()].flat().length).to.be.at.least(60)
  })

  it('are not in the zone they start from', () => {
    expect(describeProblems(readText(RIGHT).problems)).to.equal('')
  })

  for (const [file, cases] of casesOf)
    describe(file.replace('.txt', ''), () => {
      for (const one of cases)
        it(one.title, () => {
          const said = report(one)
          expect(said).to.not.equal('')
          if (process.env.UPDATE_GOLDEN !== '1') expect(said).to.equal(one.said)
        })
      after(() => {
        if (process.env.UPDATE_GOLDEN !== '1') return
        writeFileSync(join(FOLDER, file), printCases(cases.map(one => ({ ...one, said: report(one) }))))
      })
    })
})
