/** Domain names in tests: labels of raw octets, comparing and printing. Knows no messages. */

/** A name as raw labels, leaf first; each label a latin1 string of 1 to 63 octets. */
export type Name = readonly string[]

/** Letter case folded (RFC 4343), unique per name. */
export function nameKey(name: Name): string {
  let key = ''
  for (const label of name) key += String.fromCharCode(label.length) + foldAscii(label)
  return key
}

export function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}

export function nameToWire(name: Name): Buffer {
  const parts = name.map(label => String.fromCharCode(label.length) + label)
  return Buffer.from(`${parts.join('')}\0`, 'latin1')
}

/** Octets in wire form. */
export function nameSize(name: Name): number {
  let size = 1
  for (const label of name) size += label.length + 1
  return size
}

/** Whether `name` is `ancestor` or below it. */
export function isAtOrBelow(name: Name, ancestor: Name): boolean {
  const surplus = name.length - ancestor.length
  return surplus >= 0 && ancestor.every((label, i) => foldAscii(label) === foldAscii(name[surplus + i]!))
}

export function isBelow(name: Name, ancestor: Name): boolean {
  return name.length > ancestor.length && isAtOrBelow(name, ancestor)
}

/** `www.Shop.test.`: plain letters, digits, `-`, `_`, `*` and `/` as they are, all else escaped. */
export function printName(name: Name): string {
  if (name.length === 0) return '.'
  return name
    .map(label =>
      label.replace(/[^A-Za-z0-9_*/-]/g, octet => `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`),
    )
    .map(label => `${label}.`)
    .join('')
}

/** Reads presentation form; a final dot may be left out. */
export function parseName(text: string): Name {
  const labels: string[] = []
  let label = ''
  for (const [, ddd, escaped, plain] of text.matchAll(/\\(\d{3})|\\(\D)|([^\\])/g)) {
    if (plain === '.') {
      if (label !== '') labels.push(label)
      label = ''
    } else label += ddd !== undefined ? String.fromCharCode(Number(ddd)) : (escaped ?? plain!)
  }
  return label === '' ? labels : [...labels, label]
}
