/** Holds the house rules over all our TypeScript, and shows each of them failing on a small bad example. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { filesBelow, functionsOf, ROOT, type SourceFile } from './source.ts'
import * as tidy from './tidy.ts'

const product = filesBelow('src')
const tests = filesBelow('test')
const all = [...product, ...tests]
const specs = tests.filter(file => file.path.endsWith('.test.ts'))

const RULES: readonly [string, tidy.Rule, readonly SourceFile[]][] = [
  ['opens every file with a doc comment', tidy.hasHeader, all],
  [`keeps lines within ${tidy.LINE_CHARS_MAX} characters`, tidy.linesFit, all],
  [`keeps files within ${tidy.FILE_LINES_MAX} lines`, tidy.fileFits, all],
  [`keeps functions within ${tidy.FUNCTION_LINES_MAX} lines`, tidy.functionsFit, all],
  [
    'allocates nothing where every query passes',
    tidy.perQueryCodeIsLean,
    product.filter(file => tidy.PER_QUERY_FILES.includes(file.path)),
  ],
  [
    'reads the clock and the dice only in base/',
    tidy.noHiddenClock,
    product.filter(file => !file.path.startsWith('src/base/')),
  ],
  ['leaves no notes behind', tidy.noLeftovers, all],
  ['has no `any` and silences no compiler', tidy.typesAreHonest, all],
  ['says why where it silences a linter', tidy.silencesHaveReasons, all],
  ['runs all its tests', tidy.testsAllRun, specs],
  ['times nothing in tests', tidy.testsDoNotTime, specs],
]

describe('the house', () => {
  for (const [title, rule, files] of RULES)
    it(title, () => {
      expect(files).to.not.be.empty
      expect(files.flatMap(rule)).to.deep.equal([])
    })

  it('keeps no stale entry in its own tables', () => {
    const paths = all.map(file => file.path)
    expect(tidy.PER_QUERY_FILES.filter(path => !paths.includes(path))).to.deep.equal([])
    expect(tidy.staleRatchet(all)).to.deep.equal([])
  })

  it('names no registry host in the lockfile', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; version?: string; integrity?: string }>
    }
    const others = Object.entries(lock.packages).filter(([path]) => path !== '')
    expect(others.filter(([, entry]) => entry.resolved !== undefined)).to.deep.equal([])
    expect(others.filter(([, entry]) => entry.integrity === undefined)).to.deep.equal([])
  })
})

const HEADER = '/** What this file does, in a sentence or two. */\n'
const hot = (body: string): string =>
  `${HEADER}const table = new Map()\nclass Answerer {\n  #view = new Uint8Array(4)\n` +
  `  answer(a: A): number {\n    ${body}\n  }\n}\n`

const CAUGHT: readonly [string, tidy.Rule, string][] = [
  [
    'no header',
    tidy.hasHeader,
    `import { x } from './x.ts'\n/** Too late: this one comes after an import. */\n`,
  ],
  ['a header of one word', tidy.hasHeader, '/** Helpers. */\n'],
  ['a long line', tidy.linesFit, `const x = '${'x'.repeat(tidy.LINE_CHARS_MAX)}'\n`],
  ['a long file', tidy.fileFits, 'x\n'.repeat(tidy.FILE_LINES_MAX + 1)],
  ['a long function', tidy.functionsFit, `function f(): void {\n${'  x()\n'.repeat(70)}}\n`],
  [
    'a long method',
    tidy.functionsFit,
    `class C {\n  m(a: A): { b: B }[] {\n${'    x()\n'.repeat(70)}  }\n}\n`,
  ],
  [
    'a long arrow',
    tidy.functionsFit,
    `const f = async (a: A): Promise<void> => {\n${'  x()\n'.repeat(70)}}\n`,
  ],
  ['a long it()', tidy.functionsFit, `it('x', async () => {\n${'  x()\n'.repeat(70)}})\n`],
  ['toString', tidy.perQueryCodeIsLean, hot('return a.toString()')],
  ['slice', tidy.perQueryCodeIsLean, hot('b = a.slice(1)')],
  ['subarray', tidy.perQueryCodeIsLean, hot('b = a.subarray(1)')],
  ['await', tidy.perQueryCodeIsLean, hot('await a')],
  ['new', tidy.perQueryCodeIsLean, hot('const b = new DataView(a)')],
  ['a closure', tidy.perQueryCodeIsLean, hot('a.fill(() => 1)')],
  ['an object literal', tidy.perQueryCodeIsLean, hot('return { a }')],
  ['an array literal', tidy.perQueryCodeIsLean, hot('const b = [a]')],
  ['a template', tidy.perQueryCodeIsLean, hot('b = `x${a}`')],
  ['a spread', tidy.perQueryCodeIsLean, hot('f(...a)')],
  ['for-of', tidy.perQueryCodeIsLean, hot('for (const b of a) c(b)')],
  ['throw', tidy.perQueryCodeIsLean, hot('throw a')],
  ['push', tidy.perQueryCodeIsLean, hot('a.push(1)')],
  ['Date.now', tidy.noHiddenClock, 'const now = Date.now()'],
  ['Math.random', tidy.noHiddenClock, 'const n = Math.random() * 4'],
  ['performance.now', tidy.noHiddenClock, 'const t = performance.now()'],
  ['new Date()', tidy.noHiddenClock, 'const t = new Date()'],
  ['a leftover', tidy.noLeftovers, `// ${'TO'}${'DO'}: later`],
  ['another leftover', tidy.noLeftovers, `// ${'FIX'}${'ME'}`],
  ['any', tidy.typesAreHonest, 'function f(a: any) {}'],
  ['as any', tidy.typesAreHonest, 'f(a as any)'],
  ['any[]', tidy.typesAreHonest, 'const a: any[] = []'],
  ['Record of any', tidy.typesAreHonest, 'type A = Record<string, any>'],
  ['ts-ignore', tidy.typesAreHonest, `// @ts-${'ignore'}`],
  ['a silent linter', tidy.silencesHaveReasons, `// oxlint-${'disable'}-next-line no-new`],
  ['.only', tidy.testsAllRun, `it.only('x', () => {})`],
  ['.skip', tidy.testsAllRun, `describe.skip('x', () => {})`],
  ['xit', tidy.testsAllRun, `xit('x', () => {})`],
  ['this.skip', tidy.testsAllRun, `it('x', function () { this.skip() })`],
  ['a stopwatch', tidy.testsDoNotTime, 'const t = performance.now()'],
  ['a timing assert', tidy.testsDoNotTime, 'expect(Date.now() - then).to.be.below(5)'],
]

const PASSED: readonly [string, tidy.Rule, string][] = [
  ['a header after a shebang', tidy.hasHeader, `#!/usr/bin/env node\n${HEADER}`],
  ['a function at the limit', tidy.functionsFit, `function f(): void {\n${'  x()\n'.repeat(68)}}\n`],
  ['a long describe', tidy.functionsFit, `describe('x', () => {\n${'  x()\n'.repeat(100)}})\n`],
  [
    'lean code',
    tidy.perQueryCodeIsLean,
    hot('// new .slice( await\n    return a.b[0]! + (a.c === 1 ? 2 : 3)'),
  ],
  ['strings that read like code', tidy.perQueryCodeIsLean, hot(`if (a === 'new X') return 1`)],
  [
    'setup that says so',
    tidy.perQueryCodeIsLean,
    `${HEADER}class A {\n  constructor(n: number) {\n    this.a = new Uint8Array(n)\n  }\n` +
      `  /** Takes a plan. Not per query. */\n  adopt(p: P): void {\n    this.view = new DataView(p)\n  }\n}\n`,
  ],
  ['the clock in a comment', tidy.noHiddenClock, '// never Date.now()'],
  ['a method called any', tidy.typesAreHonest, 'const a = Promise.any(b)'],
  ['the word any', tidy.typesAreHonest, '// takes: any of these\nconst s = "x: any"'],
  [
    'a silence with a reason',
    tidy.silencesHaveReasons,
    '// oxlint-disable-next-line no-new -- starts itself',
  ],
]

describe('the house rules', () => {
  for (const [title, rule, text] of CAUGHT)
    it(`catch ${title}`, () => {
      expect(rule({ path: 'src/serve/example.ts', text })).to.not.be.empty
    })

  for (const [title, rule, text] of PASSED)
    it(`let pass ${title}`, () => {
      expect(rule({ path: 'src/serve/example.ts', text })).to.deep.equal([])
    })

  it('find functions by name, line and doc comment', () => {
    const text = [
      'const double = (n: number): number => {',
      '  return 2 * n',
      '}',
      '/** Adds. */',
      'export function add(a: number, b: { c: number }): number {',
      '  if (a) {',
      '    return /[{]/.test(`${b.c}{`) ? 1 : 0',
      '  }',
      '  return a',
      '}',
    ].join('\n')
    const found = functionsOf(text).map(({ name, firstLine, lastLine, doc }) => [
      name,
      firstLine,
      lastLine,
      doc,
    ])
    expect(found).to.deep.equal([
      ['double', 1, 3, ''],
      ['add', 5, 10, ' Adds. '],
    ])
  })
})
