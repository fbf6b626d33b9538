/** Headers for the traces' endpoint, such as its token: from a file, or from the variable that OpenTelemetry has for
 *  them. Knows no HTTP. */

import { readFileSync } from 'node:fs'

type Headers = Readonly<Record<string, string>>

/** `Name: value`, one a line; empty lines and those that begin with # say nothing. */
export function headersOfFile(path: string): Headers {
  const lines = readFileSync(path, 'utf8').split('\n')
  return Object.fromEntries(lines.filter(line => /^[^#\s]/.test(line)).map(line => pair(line, ':')))
}

/** `name=value,name=value`, the values percent-encoded (OTEL_EXPORTER_OTLP_HEADERS). */
export function headersOfVariable(text: string): Headers {
  const parts = text.split(',').filter(part => part.trim() !== '')
  return Object.fromEntries(
    parts.map(part => {
      const [name, value] = pair(part, '=')
      return [name, decode(value)]
    }),
  )
}

function pair(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
