/** The YAML config file → settings, with every problem at its line and column. */
import { readFileSync } from 'node:fs'
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Problem } from '../base/problem.ts'
import { closest } from '../base/suggest.ts'
import { type PartialSettings, readSetting } from './setting-values.ts'
import { SETTING_KEYS, type SettingKey } from './settings.ts'

/** Keys that hold keys. `log` and `tcp` are nothing else; `geo`, `consul` and `admin` have a value of their own as
 *  well, and whoever wants both writes `consul.ca: FILE` beside `consul: URL`. */
const GROUPS = new Set(SETTING_KEYS.filter(key => key.includes('.')).map(key => key.split('.')[0]!))

export interface ConfigFile {
  readonly settings: PartialSettings
  readonly problems: readonly Problem[]
}

export function readConfigFile(path: string): ConfigFile {
  try {
    return parseConfig(path, readFileSync(path, 'utf8'))
  } catch (error) {
    const text = `cannot be read: ${(error as Error).message}`
    const place = { file: path, line: 0, column: 0, width: 1 }
    return { settings: {}, problems: [{ ...place, severity: 'error', code: 'config-unreadable', text }] }
  }
}

export function parseConfig(path: string, text: string): ConfigFile {
  const reader = new ConfigReader(path, text)
  reader.read()
  return reader
}

class ConfigReader implements ConfigFile {
  readonly settings: PartialSettings = {}
  readonly problems: Problem[] = []
  private readonly path: string
  private readonly text: string
  private readonly lines: string[]
  private readonly counter = new LineCounter()

  constructor(path: string, text: string) {
    this.path = path
    this.text = text
    this.lines = text.split(/\r?\n/)
  }

  read(): void {
    const document = parseDocument(this.text, { lineCounter: this.counter, prettyErrors: false })
    for (const error of [...document.errors, ...document.warnings])
      this.report(error.pos[0], error.pos[1], 'config-syntax', error.message)
    if (document.errors.length > 0 || document.contents === null) return
    if (isMap(document.contents)) this.readMap(document.contents, '')
    else this.reportNode(document.contents, 'config-syntax', 'a config file holds "key: value" lines')
  }

  private readMap(map: YAMLMap, prefix: string): void {
    for (const pair of map.items) {
      const keyNode = pair.key as Node
      const key = `${prefix}${isScalar(keyNode) ? String(keyNode.value) : String(keyNode)}`
      const value = pair.value as Node | null
      if (GROUPS.has(key) && isMap(value)) this.readMap(value, `${key}.`)
      else if (isSettingKey(key)) this.readValue(key, value, keyNode)
      else if (GROUPS.has(key))
        this.reportNode(value ?? keyNode, 'config-value', `${key} holds keys of its own`)
      else this.reportUnknown(keyNode, key, prefix)
    }
  }

  private readValue(key: SettingKey, value: Node | null, keyNode: Node): void {
    const wrong = readSetting(this.settings, key, value?.toJSON() ?? undefined)
    if (wrong === undefined) return
    const index = wrong.path[0]
    const inside = isSeq(value) && typeof index === 'number' ? (value.items[index] as Node) : value
    // A value that was left out stands nowhere; the key does.
    const [start = 0, end = 0] = inside?.range ?? []
    this.reportNode(end > start ? inside! : keyNode, 'config-value', `${key} ${wrong.text}`)
  }

  private reportUnknown(keyNode: Node, key: string, prefix: string): void {
    const known = prefix === '' ? [...SETTING_KEYS, ...GROUPS] : SETTING_KEYS
    const hint = closest(key, known)
    this.reportNode(keyNode, 'unknown-key', `there is no setting ${key}`, hint)
  }

  private reportNode(node: Node, code: string, text: string, hint?: string): void {
    const [start, end] = node.range ?? [0, 1]
    this.report(start, end, code, text, hint)
  }

  private report(start: number, end: number, code: string, text: string, hint?: string): void {
    const { line, col } = this.counter.linePos(start)
    this.problems.push({
      file: this.path,
      line,
      column: col,
      width: Math.max(1, end - start),
      severity: 'error',
      code,
      text,
      ...(hint === undefined ? {} : { hint }),
      sourceLine: this.lines[line - 1] ?? '',
    })
  }
}

function isSettingKey(key: string): key is SettingKey {
  return (SETTING_KEYS as readonly string[]).includes(key)
}
