/** TypeScript source as the house rules see it: files, their code without comments and strings, their functions.
 *  A scanner, not a parser: TypeScript 7 offers no syntax tree to JavaScript. Knows no rules. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface SourceFile {
  /** From the repository's root, with `/` on every platform. */
  readonly path: string
  readonly text: string
}

export interface FunctionSpan {
  readonly name: string
  /** 1-based line of its head, and of its closing brace. */
  readonly firstLine: number
  readonly lastLine: number
  /** Offsets of the opening and the closing brace. */
  readonly open: number
  readonly close: number
  /** The doc comment right above, or an empty string. */
  readonly doc: string
}

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Every TypeScript file below a folder of the repository. */
export function filesBelow(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name =>
      relative(ROOT, join(ROOT, folder, name))
        .split(sep)
        .join('/'),
    )
    .sort()
    .map(path => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

/** Paths an import or re-export names, with the line each stands on. `new URL('./x.ts', import.meta.url)` is
 *  not one: that is how the control plane starts a worker without knowing it. */
export function importsOf(text: string): { target: string; line: number }[] {
  const code = mask(text, true)
  const found: { target: string; line: number }[] = []
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s*)(['"])([^'"\n]+)\1/gm
  for (const match of code.matchAll(pattern)) {
    const at = match.index + match[0].length
    found.push({ target: match[2]!, line: lineAt(text, at) })
  }
  return found
}

export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** The same text with comments, and unless asked otherwise the insides of strings, turned into spaces. Offsets
 *  and lines stay. Code inside `${…}` of a template is kept, as are the backticks. */
export function mask(text: string, keepStrings = false): string {
  const out = text.replace(/[^\n]/g, ' ').split('')
  // One entry per template we are inside of: the depth of braces at which its `${` was opened.
  const templates: number[] = []
  let depth = 0
  let at = 0
  while (at < text.length) {
    const rest = text.charAt(at) + text.charAt(at + 1)
    if (rest === '//') at = endOf(text, '\n', at)
    else if (rest === '/*') at = endOf(text, '*/', at + 2) + 2
    else if (text[at] === "'" || text[at] === '"') at = copyString(text, out, at, keepStrings)
    else if (text[at] === '`') at = copyTemplate(text, out, at, templates, depth)
    else if (text[at] === '/' && regexMayStart(out, at)) at = skipRegex(text, at)
    else {
      if (text[at] === '{') depth++
      if (text[at] === '}' && templates.at(-1) === --depth) {
        out[at] = '}'
        templates.pop()
        at = copyTemplate(text, out, at, templates, depth)
        continue
      }
      out[at] = text[at]!
      at++
    }
  }
  return out.join('')
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at < 0 ? text.length : at
}

function copyString(text: string, out: string[], from: number, keep: boolean): number {
  const quote = text[from]!
  let at = from + 1
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
  if (keep) for (let i = from; i <= at; i++) out[i] = text[i]!
  else out[from] = out[at] = quote
  return at + 1
}

/** From a backtick, or from the brace that ends a `${…}`, to the next `${` or the closing backtick. */
function copyTemplate(text: string, out: string[], from: number, templates: number[], depth: number): number {
  out[from] = text[from]!
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '`') {
      out[at] = '`'
      return at + 1
    } else if (text[at] === '$' && text[at + 1] === '{') {
      templates.push(depth)
      // The caller meets the brace next and counts it.
      return at + 1
    }
  }
  return text.length
}

/** A slash begins a regular expression where a value may begin: after an operator, a bracket or a keyword. */
function regexMayStart(out: readonly string[], at: number): boolean {
  let before = at - 1
  while (before >= 0 && /\s/.test(out[before]!)) before--
  if (before < 0 || '(,=:[!&|?{};+-*%<>~^'.includes(out[before]!)) return true
  const word = /[a-z]+$/.exec(out.slice(Math.max(0, before - 10), before + 1).join(''))
  return word !== null && ['return', 'case', 'typeof', 'of', 'in', 'await'].includes(word[0])
}

function skipRegex(text: string, from: number): number {
  let inClass = false
  for (let at = from + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
    else if (text[at] === '/' && !inClass) {
      while (/[a-z]/.test(text[at + 1] ?? '')) at++
      return at + 1
    }
  }
  return from + 1
}

const NOT_FUNCTIONS = ['if', 'for', 'while', 'switch', 'catch', 'with']

/** Functions, methods and arrow functions with a block body, in the order of their opening braces. */
export function functionsOf(text: string): FunctionSpan[] {
  const code = mask(text)
  const spans: FunctionSpan[] = []
  for (let open = code.indexOf('{'); open >= 0; open = code.indexOf('{', open + 1)) {
    const head = headBefore(code, open)
    if (head === undefined) continue
    const close = closingOf(code, open)
    spans.push({
      name: head.name,
      firstLine: lineAt(text, head.at),
      lastLine: lineAt(text, close),
      open,
      close,
      doc: docAbove(text, head.at),
    })
  }
  return spans
}

/** What stands before a brace, if that brace opens a function's body. */
function headBefore(code: string, open: number): { name: string; at: number } | undefined {
  const arrow = /=>\s*$/.test(code.slice(Math.max(0, open - 20), open))
  let closeParen = code.lastIndexOf(')', open)
  if (arrow) {
    const arrowAt = code.lastIndexOf('=>', open)
    const between = code.slice(closeParen + 1, arrowAt)
    if (closeParen < 0 || !/^\s*(:[^;{}()]*)?$/.test(between)) {
      // `x => {`: a bare parameter.
      return { name: nameBefore(code, arrowAt), at: lineStart(code, arrowAt) }
    }
  } else {
    const between = code.slice(closeParen + 1, open)
    // The result may be an object type: its braces are pairs before ours.
    if (closeParen < 0 || !/^\s*(?:(?::|=>)(?:[^;{}]|\{[^{}]*\})*)?$/.test(between)) return undefined
    // And this brace may be that type's own.
    if (/^\s*(?:[{|&]|\[\])/.test(code.slice(closingOf(code, open) + 1))) return undefined
    // A function type as the result, `(): (a: A) => B {`: its own parameters come before.
    if (between.includes('=>')) closeParen = code.lastIndexOf(')', openingOf(code, closeParen) - 1)
  }
  const paren = openingOf(code, closeParen)
  if (paren < 0) return undefined
  const before = code.slice(Math.max(0, paren - 200), paren)
  const word = /([\w$#]+)\s*(?:<[^;{}()]*>)?\s*$/.exec(before)?.[1]
  if (!arrow && (word === undefined || NOT_FUNCTIONS.includes(word))) return undefined
  return { name: arrow ? nameBefore(code, paren) : word!, at: lineStart(code, paren) }
}

/** `const name = (` or `describe('…', (`: the name an arrow function goes by. */
function nameBefore(code: string, at: number): string {
  const line = code.slice(lineStart(code, at), at)
  return (
    /([\w$#.]+)\s*(?::[^=]*)?=\s*(?:async\s*)?\w*\s*$/.exec(line)?.[1] ??
    /([\w$#.]+)\s*\([^()]*$/.exec(line)?.[1] ??
    '=>'
  )
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function closingOf(code: string, open: number): number {
  let depth = 0
  for (let at = open; at < code.length; at++) {
    if (code[at] === '{') depth++
    else if (code[at] === '}' && --depth === 0) return at
  }
  return code.length
}

function openingOf(code: string, close: number): number {
  let depth = 0
  for (let at = close; at >= 0; at--) {
    if (code[at] === ')') depth++
    else if (code[at] === '(' && --depth === 0) return at
  }
  return -1
}

function docAbove(text: string, at: number): string {
  return /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, at))?.[1] ?? ''
}
