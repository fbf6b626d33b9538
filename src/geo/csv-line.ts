/** One line of a CSV file as fields that know their column. Knows nothing of what they mean. */

export interface Field {
  /** Without surrounding blanks and quotes. */
  readonly text: string
  /** 1-based, in characters of the line, of the first of `text`. */
  readonly column: number
  /** Characters of the field as written, at least 1. */
  readonly width: number
  /** The closing quote is missing, or something stands after it. */
  readonly badQuotes: boolean
}

/** RFC 4180, with blanks around fields permitted. */
export function readFields(line: string): Field[] {
  const fields: Field[] = []
  let at = 0
  while (true) {
    const from = at + /^[ \t]*/.exec(line.slice(at))![0].length
    const field = line[from] === '"' ? quotedField(line, from) : plainField(line, from)
    fields.push(field)
    const comma = line.indexOf(',', field.end)
    if (comma < 0) return fields
    at = comma + 1
  }
}

function plainField(line: string, from: number): Field & { end: number } {
  const comma = line.indexOf(',', from)
  const end = comma < 0 ? line.length : comma
  const text = line.slice(from, end).trimEnd()
  return { text, column: from + 1, width: Math.max(1, text.length), badQuotes: false, end }
}

/** `from` is at the opening quote. A quote inside is written twice. */
function quotedField(line: string, from: number): Field & { end: number } {
  let text = ''
  let at = from + 1
  while (at < line.length) {
    if (line[at] !== '"') text += line[at++]
    else if (line[at + 1] === '"') {
      text += '"'
      at += 2
    } else break
  }
  const closed = at < line.length
  const rest = /^[ \t]*(?:,|$)/.test(line.slice(at + 1))
  const end = Math.min(line.length, at + 1)
  return { text: text.trim(), column: from + 1, width: end - from, badQuotes: !closed || !rest, end }
}
