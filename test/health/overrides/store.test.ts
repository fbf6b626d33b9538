/** Overrides on the disk: kept before they are acknowledged, whatever state the files are found in. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Problem } from '../../../src/base/problem.ts'
import { checkedLine } from '../../../src/health/memory/checked-lines.ts'
import type { Override } from '../../../src/health/overrides/override.ts'
import {
  AHEAD_MS_MAX,
  JOURNAL_FILE,
  OverrideStore,
  SNAPSHOT_FILE,
} from '../../../src/health/overrides/store.ts'
import { withTempDir } from '../../tools/process.ts'

const START_MS = 1_800_000_000_000

function open(dir: string, journalLinesMax?: number) {
  return OverrideStore.open(dir, 'ns1', START_MS, journalLinesMax)
}

/** Of one order, kept before the next. */
async function drain(
  store: OverrideStore,
  pattern: string,
): Promise<{ override: Override; problems: readonly Problem[] }> {
  const given = store.give({ action: 'drain', pattern, by: 'alice', why: 'test' }, START_MS)
  if ('refused' in given) throw new Error(given.refused)
  return { override: given.override, problems: await given.kept }
}

async function give(dir: string, ...regions: readonly string[]): Promise<Override[]> {
  const { store } = open(dir)
  const all: Override[] = []
  for (const pattern of regions) {
    const { override, problems } = await drain(store, pattern)
    expect(problems).to.deep.equal([])
    all.push(override)
  }
  await store.close()
  return all
}

function codes(problems: readonly { readonly code: string }[]): string[] {
  return problems.map(({ code }) => code)
}

function patterns(store: OverrideStore): string[] {
  return store.replica
    .all()
    .map(({ pattern }) => pattern)
    .sort()
}

const inDir = (use: (dir: string) => Promise<void>) => () => withTempDir(use)

describe('override store', () => {
  it(
    'begins with nothing and writes nothing until there is something',
    inDir(async dir => {
      const folder = join(dir, 'state')
      const { store, problems } = open(folder)
      expect(problems).to.deep.equal([])
      expect(existsSync(folder)).to.equal(false)
      await drain(store, 'euc1')
      expect(readdirSync(folder)).to.deep.equal([JOURNAL_FILE])
      await store.close()
    }),
  )

  it(
    'finds what it was given, with who, when, why and the audit',
    inDir(async dir => {
      const kept = await give(dir, 'euc1', 'use1', 'euc1')
      const { store, problems } = open(dir)
      expect(problems).to.deep.equal([])
      expect(store.replica.all()).to.deep.equal(kept.slice(1))
      expect(store.replica.audit()).to.deep.equal(kept)
      await store.close()
      const again = open(dir)
      expect(again.store.replica.audit()).to.deep.equal(kept)
      await again.store.close()
    }),
  )

  it(
    'folds a long journal into the snapshot',
    inDir(async dir => {
      const { store } = open(dir, 5)
      for (let i = 0; i < 23; i++) await drain(store, `r${i}`)
      await store.close()
      expect(readFileSync(join(dir, JOURNAL_FILE), 'utf8').split('\n').length).to.be.at.most(6)
      const again = open(dir)
      expect(again.problems).to.deep.equal([])
      expect(again.store.replica.all()).to.have.length(23)
      await again.store.close()
    }),
  )

  it(
    'keeps what is given while the disk is busy, all of it, in one go',
    inDir(async dir => {
      const { store } = open(dir, 50)
      const given = Array.from({ length: 120 }, (_, i) =>
        store.give({ action: 'drain', pattern: `r${i}`, by: 'alice' }, START_MS),
      )
      const kept = new Set(given.map(one => ('kept' in one ? one.kept : undefined)))
      expect(kept.size).to.equal(1)
      for (const problems of kept) expect(await problems).to.deep.equal([])
      const again = open(dir)
      expect(again.store.replica.all()).to.have.length(120)
      await Promise.all([store.close(), again.store.close()])
    }),
  )

  it(
    'leaves out a torn tail, at whatever octet it was torn, and says so',
    inDir(async dir => {
      await give(dir, 'euc1', 'use1')
      const whole = readFileSync(join(dir, JOURNAL_FILE))
      const secondAt = whole.indexOf('\n') + 1
      for (let end = secondAt; end < whole.length; end++) {
        rmSync(join(dir, SNAPSHOT_FILE), { force: true })
        writeFileSync(join(dir, JOURNAL_FILE), whole.subarray(0, end))
        const { store, problems } = open(dir)
        expect(patterns(store)).to.deep.equal(['euc1'])
        expect(codes(problems)).to.deep.equal(end === secondAt ? [] : ['torn-state'])
        await drain(store, 'rack')
        await store.close()
        const again = open(dir)
        expect(again.problems).to.deep.equal([])
        expect(patterns(again.store)).to.deep.equal(['euc1', 'rack'])
        await again.store.close()
      }
    }),
  )

  it(
    'loses only the damaged line, reports it, and sets the file aside',
    inDir(async dir => {
      await give(dir, 'euc1', 'use1', 'rack')
      const path = join(dir, JOURNAL_FILE)
      const damaged = readFileSync(path, 'utf8').replace('use1', 'use2')
      writeFileSync(path, damaged)
      const { store, problems } = open(dir)
      await store.close()
      expect(problems[0]).to.include({ code: 'damaged-state', severity: 'error', line: 2, file: path })
      expect(codes(problems)).to.deep.equal(['damaged-state', 'state-set-aside'])
      expect(patterns(store)).to.deep.equal(['euc1', 'rack'])
      const aside = readdirSync(dir).find(name => name.startsWith(`${JOURNAL_FILE}.damaged-`))!
      expect(readFileSync(join(dir, aside), 'utf8')).to.equal(damaged)
      expect(open(dir).problems).to.deep.equal([])
    }),
  )

  for (const [title, content] of [
    ['not what it should be', 'what is this?\n'],
    ['empty lines and binary', '\n\n\u0000\u0001\n'],
    ['of a later version', checkedLine({ override: { pattern: 'euc1', verb: 'evacuate' } })],
  ] as const)
    it(
      `sets a snapshot aside that is ${title}, and keeps the journal's orders`,
      inDir(async dir => {
        await give(dir, 'euc1')
        writeFileSync(join(dir, SNAPSHOT_FILE), content)
        const { store, problems } = open(dir)
        await store.close()
        expect(problems).to.not.be.empty
        expect(patterns(store)).to.deep.equal(['euc1'])
        const aside = readdirSync(dir).find(name => name.startsWith(`${SNAPSHOT_FILE}.damaged-`))!
        expect(readFileSync(join(dir, aside), 'utf8')).to.equal(content)
      }),
    )

  it(
    'never writes over what it could not read',
    inDir(async dir => {
      mkdirSync(join(dir, SNAPSHOT_FILE))
      writeFileSync(join(dir, SNAPSHOT_FILE, 'precious'), 'yes')
      const { store, problems } = open(dir)
      expect(codes(problems)).to.deep.equal(['unreadable-state', 'state-set-aside'])
      expect((await drain(store, 'euc1')).problems).to.deep.equal([])
      await store.close()
      const aside = readdirSync(dir).find(name => name.includes('.damaged-'))!
      expect(readFileSync(join(dir, aside, 'precious'), 'utf8')).to.equal('yes')
      expect(patterns(open(dir).store)).to.deep.equal(['euc1'])
    }),
  )

  it(
    'holds an order that it cannot keep, says so, and makes up for it when it can',
    inDir(async dir => {
      const folder = join(dir, 'state')
      writeFileSync(folder, 'in the way')
      const { store } = open(folder)
      const first = await drain(store, 'euc1')
      expect(first.override).to.include({ pattern: 'euc1' })
      expect(codes(first.problems)).to.deep.equal(['state-not-written'])
      rmSync(folder)
      const second = await drain(store, 'use1')
      expect(second.problems).to.deep.equal([])
      await store.close()
      expect(patterns(open(folder).store)).to.deep.equal(['euc1', 'use1'])
    }),
  )

  it(
    'keeps orders of other nodes, but none from the far future',
    inDir(async dir => {
      const { store } = open(dir)
      const foreign = (wallMs: number, pattern: string): Override => ({
        pattern,
        action: 'force-down',
        stamp: { wallMs, node: 'ns2' },
        by: 'bob',
        why: '',
      })
      const near = foreign(START_MS + 5000, 'euc1')
      const merged = store.merge([near, near, foreign(START_MS + AHEAD_MS_MAX + 1, 'use1')], START_MS)
      expect(merged.news).to.deep.equal([near])
      expect(codes(merged.problems)).to.deep.equal(['override-ahead'])
      expect(store.merge([near], START_MS).news).to.deep.equal([])
      await store.close()
      expect(open(dir).store.replica.all()).to.deep.equal([near])
    }),
  )
})
