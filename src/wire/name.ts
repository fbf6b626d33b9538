/** Domain names in wire form: length octet, label, …, zero octet. Hashing, comparing, printing.
 *  Names here are whole and uncompressed; compression lives where packets are read and written.
 *
 *  A name's hash is built from the root towards the leaf, so the hash of a name and the hashes of all
 *  its ancestors come out of one walk: `hash(www.example.) = extend(hash(example.), labelHash(www))`. */

export const NAME_BYTES_MAX = 255
export const LABEL_BYTES_MAX = 63
/** 127 one-octet labels and the root make 255 octets (RFC 1035 §3.1). */
export const LABELS_MAX = 127
export const ROOT_HASH = 0x2f1b4c53

const HASH_OFFSET = 0x811c9dc5 | 0
const HASH_PRIME = 0x01000193
/** Set in every octet: letters hash alike in either case, and so do a few odd octets, which comparing tells apart. */
const CASE_BITS = 0x20202020

/** ASCII letters only (RFC 4343): octets above 127 keep their value. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
)

/** Of the label and its length octet, letter case aside. Takes four octets at a time: each step waits for the one
 *  before, and this is done for every query. */
export function labelHash(bytes: Uint8Array, labelAt: number): number {
  const length = bytes[labelAt]!
  const end = labelAt + 1 + length
  let hash = Math.imul(HASH_OFFSET ^ length, HASH_PRIME)
  let at = labelAt + 1
  for (; at + 4 <= end; at += 4) {
    const octets = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash = Math.imul(hash ^ (octets | CASE_BITS), HASH_PRIME)
    // A product carries upwards only: what the last octet changed is brought down again.
    hash ^= hash >>> 15
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at]! | 0x20), HASH_PRIME)
  return hash
}

/** The hash of a child from its parent's hash and its own label's. */
export function extendHash(parentHash: number, label: number): number {
  const mixed = Math.imul(parentHash ^ label, 0x9e3779b1 | 0)
  return mixed ^ (mixed >>> 15)
}

const labelStarts = new Uint8Array(LABELS_MAX + 1)

/** The hash of a whole name. For single names; a walk over many keeps its own label table. */
export function nameHash(bytes: Uint8Array, nameAt: number): number {
  let labels = 0
  for (let at = nameAt; bytes[at] !== 0; at += bytes[at]! + 1) labelStarts[labels++] = at - nameAt
  let hash = ROOT_HASH
  while (labels > 0) hash = extendHash(hash, labelHash(bytes, nameAt + labelStarts[--labels]!))
  return hash
}

/** Octets of the name that starts here, its final zero included. */
export function nameLength(bytes: Uint8Array, nameAt: number): number {
  let at = nameAt
  while (bytes[at] !== 0) at += bytes[at]! + 1
  return at + 1 - nameAt
}

/** Labels without the root: 2 for `example.com.`. */
export function labelCount(bytes: Uint8Array, nameAt: number): number {
  let labels = 0
  for (let at = nameAt; bytes[at] !== 0; at += bytes[at]! + 1) labels++
  return labels
}

/** Whether `length` octets are the same name octets, letter case aside. Length octets are below 64 and
 *  so never fold, which lets one loop compare lengths and labels alike. */
export function sameName(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (LOWER[a[aAt + i]!] !== LOWER[b[bAt + i]!]) return false
  }
  return true
}

/** As `sameName`, where `folded` is in lower case already, as the name mostly is too. */
export function sameFolded(
  folded: Uint8Array,
  foldedAt: number,
  name: Uint8Array,
  nameAt: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) {
    const octet = name[nameAt + i]!
    if (folded[foldedAt + i] !== octet && folded[foldedAt + i] !== LOWER[octet]) return false
  }
  return true
}

/** Whether the name at `nameAt` is `ancestor` or stands below it. */
export function isWithin(bytes: Uint8Array, nameAt: number, ancestor: Uint8Array, ancestorAt = 0): boolean {
  const ancestorLength = nameLength(ancestor, ancestorAt)
  const surplus = nameLength(bytes, nameAt) - ancestorLength
  if (surplus < 0) return false
  let at = nameAt
  while (at < nameAt + surplus) at += bytes[at]! + 1
  return at === nameAt + surplus && sameName(bytes, at, ancestor, ancestorAt, ancestorLength)
}

/** Presentation form with a final dot (RFC 1035 §5.1): specials escaped, unprintables as \DDD. */
export function printName(bytes: Uint8Array, nameAt = 0): string {
  if (bytes[nameAt] === 0) return '.'
  let text = ''
  for (let at = nameAt; bytes[at] !== 0; at += bytes[at]! + 1) {
    for (let i = at + 1, end = i + bytes[at]!; i < end; i++) text += printOctet(bytes[i]!)
    text += '.'
  }
  return text
}

/** `"` `$` `(` `)` `.` `;` `@` and `\` mean something in a zone file, so they are escaped. */
const SPECIAL = new Set([0x22, 0x24, 0x28, 0x29, 0x2e, 0x3b, 0x40, 0x5c])

function printOctet(octet: number): string {
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`
  return SPECIAL.has(octet) ? `\\${String.fromCharCode(octet)}` : String.fromCharCode(octet)
}

/** A name from trusted text, always taken as absolute; `undefined` when it is not a name.
 *  Zone files have their own reader, which knows origins and columns. */
export function nameFromText(text: string): Uint8Array | undefined {
  if (text === '.' || text === '') return new Uint8Array(1)
  const octets: number[] = []
  let lengthAt = octets.push(0) - 1
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '.') {
      if (octets.length - lengthAt === 1) return undefined
      if (i < text.length - 1) lengthAt = octets.push(0) - 1
      continue
    }
    const escaped = character === '\\' ? /^\\(\d{3}|\D)/.exec(text.slice(i, i + 4)) : undefined
    if (escaped === null) return undefined
    const octet = escaped?.[1]?.length === 3 ? Number(escaped[1]) : (escaped?.[1] ?? character!).charCodeAt(0)
    if (octet > 255) return undefined
    octets.push(octet)
    if (++octets[lengthAt]! > LABEL_BYTES_MAX) return undefined
    i += (escaped?.[0].length ?? 1) - 1
  }
  octets.push(0)
  return octets.length > NAME_BYTES_MAX ? undefined : Uint8Array.from(octets)
}
