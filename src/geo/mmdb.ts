/** Anyone's MMDB file as a source of geo data. Whatever is wrong with the file comes back as a problem. */

import type { Problem } from '../base/problem.ts'
import { MmdbData } from './mmdb-data.ts'
import { MmdbPlace } from './mmdb-place.ts'
import { MmdbTree, SEPARATOR_BYTES, type TreeShape } from './mmdb-tree.ts'
import { PairMap } from './pair-map.ts'
import { type GeoSource, type SourceInfo, sourceProblem, type Visitor } from './source.ts'

const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
/** By the format, the metadata is within the last 128 KiB. */
const METADATA_BYTES_MAX = 128 * 1024

interface Metadata {
  readonly shape: TreeShape
  readonly type: string
  /** Seconds since 1970. */
  readonly builtAt: number
  readonly treeBytes: number
  /** Where the marker stands: the data ends there. */
  readonly dataEnd: number
}

export class MmdbSource implements GeoSource {
  private readonly path: string
  private readonly octets: Buffer

  constructor(path: string, octets: Buffer) {
    this.path = path
    this.octets = octets
  }

  visit(visitor: Visitor): { info: SourceInfo; problems: readonly Problem[] } {
    const metadata = readMetadata(this.octets)
    if (typeof metadata === 'string')
      return { info: this.info(undefined, visitor), problems: [this.problem(metadata)] }
    const dataStart = metadata.treeBytes + SEPARATOR_BYTES
    const data = new MmdbData(this.octets, dataStart, metadata.dataEnd)
    const placeAt = placeReader(data, dataStart, visitor)
    const tree = new MmdbTree(this.octets, metadata.shape, {
      network4: (start, end, offset) => visitor.networks4.add(start, end, placeAt(offset)),
      network6: (start, end, offset) => visitor.networks6.add(start, end, placeAt(offset)),
      progress: share => visitor.progress(Math.min(1, share)),
    })
    reserveRows(metadata.shape, visitor)
    tree.walk()
    const fault = data.fault ?? tree.fault
    return {
      info: this.info(metadata, visitor),
      problems: fault === undefined ? [] : [this.problem(`the file is damaged: ${fault}`)],
    }
  }

  private info(metadata: Metadata | undefined, visitor: Visitor): SourceInfo {
    return {
      kind: 'mmdb',
      name: metadata?.type ?? '',
      path: this.path,
      date: metadata === undefined ? '' : dayOf(metadata.builtAt),
      licence: licenceOf(metadata?.type ?? ''),
      networks4: visitor.networks4.added,
      networks6: visitor.networks6.added,
    }
  }

  private problem(text: string): Problem {
    return sourceProblem(
      this.path,
      'bad-mmdb',
      text,
      'fetch the file again, and put it in place by renaming it',
    )
  }
}

/** A tree has a leaf more than it has nodes; of the leaves some are empty and many have a neighbour of one place. */
function reserveRows({ nodeCount, family }: TreeShape, { networks4, networks6 }: Visitor): void {
  const rows = Math.ceil(nodeCount * 0.6)
  networks4.reserve(family === 4 ? rows : rows >> 1)
  if (family === 6) networks6.reserve(rows)
}

/** Millions of networks share some hundred thousand records. */
function placeReader(data: MmdbData, dataStart: number, visitor: Visitor): (offset: number) => number {
  const places = new PairMap()
  const reader = new MmdbPlace(data)
  let lastOffset = -1
  let last = 0
  return offset => {
    if (offset === lastOffset) return last
    let place = places.get(offset, 0)
    if (place < 0) {
      place = data.fault === undefined ? visitor.places.intern(reader.read(dataStart + offset)) : 0
      places.set(offset, 0, place)
    }
    lastOffset = offset
    last = place
    return place
  }
}

/** Or what is wrong. */
function readMetadata(octets: Buffer): Metadata | string {
  const tail = Math.max(0, octets.length - METADATA_BYTES_MAX)
  const marker = octets.subarray(tail).lastIndexOf(METADATA_MARKER)
  if (marker < 0) return 'not an MMDB file, or cut short: it has no metadata at its end'
  const start = tail + marker + METADATA_MARKER.length
  const data = new MmdbData(octets, start, octets.length)
  const numbers = new Map<string, number>()
  let type = ''
  data.forEachEntry(start, (key, at) => {
    if (key === 'database_type') type = data.string(at)
    else numbers.set(key, data.number(at))
  })
  if (data.fault !== undefined) return `its metadata is damaged: ${data.fault}`
  const nodeCount = numbers.get('node_count') ?? 0
  const recordBits = numbers.get('record_size') ?? 0
  const version = numbers.get('ip_version') ?? 0
  const format = numbers.get('binary_format_major_version') ?? 0
  if (format !== 2) return `of MMDB format ${format}; only 2 is known`
  if (recordBits !== 24 && recordBits !== 28 && recordBits !== 32)
    return `its records have ${recordBits} bits, not 24, 28 or 32`
  if (version !== 4 && version !== 6) return `its IP version is ${version}, not 4 or 6`
  const treeBytes = (nodeCount * recordBits * 2) / 8
  const dataEnd = tail + marker
  if (!Number.isInteger(nodeCount) || nodeCount < 1) return 'its search tree is empty'
  if (treeBytes + SEPARATOR_BYTES > dataEnd) return 'cut short: its search tree is longer than the file'
  const shape = { nodeCount, recordBits, family: version } as const
  return { shape, type, builtAt: numbers.get('build_epoch') ?? 0, treeBytes, dataEnd }
}

/** `2026-06-05`; an empty string for no date, or a silly one. */
function dayOf(seconds: number): string {
  return seconds > 0 && seconds < 2 ** 33 ? new Date(seconds * 1000).toISOString().slice(0, 10) : ''
}

function licenceOf(type: string): string {
  if (/^GeoLite2/i.test(type)) return 'GeoLite2 End User License Agreement (MaxMind, https://www.maxmind.com)'
  if (/^GeoIP2/i.test(type)) return 'commercial licence of MaxMind (https://www.maxmind.com)'
  if (/^DBIP.*Lite/i.test(type)) return 'CC BY 4.0 (IP Geolocation by DB-IP, https://db-ip.com)'
  if (/^DBIP/i.test(type)) return 'licence of DB-IP (https://db-ip.com)'
  return 'as its publisher says'
}
