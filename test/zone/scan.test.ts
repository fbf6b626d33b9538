/** The lexer: which tokens an entry has, and where its faults are. */

import { expect } from 'chai'
import { Fault, Scanner, TokenFlag } from '../../src/zone/scan.ts'

/** Entries as text: `line: token|token`, quoted tokens in quotes, `~` for a blank owner, `!fault@offset`. */
function scan(text: string): string[] {
  const scanner = new Scanner(Buffer.from(text, 'utf8'))
  const entries: string[] = []
  while (scanner.next()) {
    const tokens = Array.from({ length: scanner.count }, (_, token) => {
      const word = Buffer.from(scanner.bytes.subarray(scanner.start[token]!, scanner.end[token]!)).toString()
      return scanner.flags[token]! & TokenFlag.Quoted ? `"${word}"` : word
    })
    const fault = Object.keys(Fault).find(name => Fault[name as keyof typeof Fault] === scanner.fault)
    const wrong = scanner.fault === Fault.None ? '' : ` !${fault}@${scanner.faultAt}`
    entries.push(`${scanner.entryLine}: ${scanner.blankOwner ? '~' : ''}${tokens.join('|')}${wrong}`)
  }
  return entries
}

describe('the scanner', () => {
  const cases: readonly [what: string, text: string, entries: string[]][] = [
    ['takes words apart at blanks', 'a  b\tc', ['1: a|b|c']],
    ['sees nothing in nothing', '', []],
    ['skips empty lines and comments', '\n  \n; x\n  ; y\na\n', ['5: a']],
    ['notes a blank owner', ' a\n\tb\nc', ['1: ~a', '2: ~b', '3: c']],
    ['ends a word at a comment', 'a;b\nc', ['1: a', '2: c']],
    ['reads CRLF as a line end', 'a b\r\nc\r\n', ['1: a|b', '2: c']],
    ['joins lines in parentheses', 'a (b\n c ; d )\n\n) e\nf', ['1: a|b|c|e', '5: f']],
    ['counts nested parentheses', 'a ((b\n) c\n) d\ne', ['1: a|b|c|d', '4: e']],
    ['breaks words at parentheses', 'a(b)c', ['1: a|b|c']],
    ['keeps everything in quotes', 'a "b ; ( c" d', ['1: a|"b ; ( c"|d']],
    ['keeps an empty string', 'a ""', ['1: a|""']],
    ['sets quoted strings apart without a blank', '"a""b"c', ['1: "a"|"b"|c']],
    ['keeps a quoted value with its key', 'k="v w" l=x', ['1: k="v w"|l=x']],
    ['keeps escapes as they are', 'a\\ b "c\\"d" e\\;f g\\\\ h', ['1: a\\ b|"c\\"d"|e\\;f|g\\\\|h']],
    ['passes octets above 127', 'ä "ö"', ['1: ä|"ö"']],
    ['skips a byte order mark', '\ufeffa b', ['1: a|b']],
    ['reads a last line without an end', 'a\nb', ['1: a', '2: b']],
    ['faults a quote that is left open', 'a "b\nc', ['1: a|"b" !UnclosedQuote@2', '2: c']],
    ['faults a quoted value that is left open', 'k="v\nc', ['1: k="v !UnclosedQuote@2', '2: c']],
    ['faults a parenthesis that was not opened', 'a )\nb', ['1: a !UnopenedParenthesis@2', '2: b']],
    ['faults a backslash at the end of a line', 'a\\\nb', ['1: a\\ !DanglingEscape@1', '2: b']],
    ['faults a backslash at the end of the file', 'a "b\\', ['1: a|"b\\" !DanglingEscape@4']],
    [
      'goes on behind a parenthesis that is left open, at the next line that is not indented',
      'a ( b\n  c\nd e\nf',
      ['1: a|b|c !UnclosedParenthesis@2', '3: d|e', '4: f'],
    ],
    ['gives up when nothing follows', 'a ( b\n  c', ['1: a|b|c !UnclosedParenthesis@2']],
  ]
  for (const [what, text, entries] of cases) it(what, () => expect(scan(text)).to.deep.equal(entries))

  it('holds an entry of any length', () => {
    const words = Array.from({ length: 5000 }, (_, i) => `w${i}`)
    expect(scan(`(\n${words.join('\n')}\n)\nnext`)).to.deep.equal([`1: ${words.join('|')}`, '5003: next'])
  })

  it('takes linear time on a file of nothing but open parentheses', () => {
    // Each sends it to the end of the file and back; without a limit this would be 10^10 steps.
    expect(scan('a (\n'.repeat(100_000)).length).to.be.below(20)
  })
})
