/** Columns of parts of words, where the file has quotes, escapes, tabs, parentheses or wide characters. */

import { expect } from 'chai'
import { readText, zoneAround } from './zone-text.ts'

const REGION = '$REGION use1 cloud=aws:us-east-1\nwww GSLB p\n'

/** What the carets underline. */
function underlined(directive: string): string[] {
  const { problems } = readText(zoneAround(`${REGION}${directive}`))
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ sourceLine, column, width }) => [...sourceLine!].slice(column - 1, column - 1 + width).join(''))
}

describe('a caret stands under the part of the word that is wrong', () => {
  const cases: readonly [directive: string, wrong: string[]][] = [
    ['$POLICY p regions=use1 residency=DE,XX,FR:use1', ['XX']],
    ['$POLICY p regions=use1 residency=DE,XX,FR,YY:use2', ['XX', 'YY', 'use2']],
    ['$POLICY p\tregions=use1\tresidency=DE,XX:use1', ['XX']],
    ['$POLICY p (\n  regions=use1\n  residency=DE:use9 )', ['use9']],
    ['$POLICY p regions="use1" residency="DE,XX":use1', ['XX']],
    ['$POLICY p regions=us\\e1 residency=D\\069,XX:use1', ['XX']],
    ['$POLICY p regions=use1 residency=DE,é,XX:use1', ['é', 'XX']],
    ['$POLICY p regions=use1 residency=DE,😀,XX:use1', ['😀', 'XX']],
    ['$POLICY p regions=use1 bias=use1:+200', ['+200']],
    ['$POLICY p regions=use1 residency=2001:db8::1/32:use1', ['2001:db8::1/32']],
    ['$POLICY p regions=use1 residency=2001:db8::/32,XX:use1', ['XX']],
    ['$POLICY p regions=use1 outage=sorry:2001:db8::1,nowhere', ['nowhere']],
    ['$POLICY p regions=use1 ttl=10..x', ['x']],
    ['$POLICY p regions=use1 regions=use1', ['regions']],
  ]
  for (const [directive, wrong] of cases)
    it(directive.replaceAll('\n', ' '), () => {
      expect(underlined(directive)).to.deep.equal(wrong)
    })
})
