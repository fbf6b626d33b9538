/** The compiled table's bytes: one shared buffer that is also the cache file. Its numbers are this machine's own;
 *  a file from a machine of the other byte order does not show the magic and is built anew. */

import { crc32 } from 'node:zlib'
import type { Ranges4, Ranges6 } from './networks.ts'
import type { PlaceColumns, PlaceStore } from './place-store.ts'
import type { SourceInfo } from './source.ts'

/** Part of the cache's file name: raise it when the layout, or what is put into it, changes. */
export const IMAGE_VERSION = 1

const MAGIC = 0x4d47_454f
const HEADER_BYTES = 64
/** Buckets of the IPv4 index, one for every first two octets, and one past the end. */
export const INDEX_ROWS = 65_537

/** Word of the header. The checksum is over everything but itself. */
const Word = {
  Magic: 0,
  Version: 1,
  Bytes: 2,
  Rows4: 3,
  Rows6: 4,
  Places: 5,
  InfoBytes: 6,
  Checksum: 15,
} as const

/** What the table says of itself. */
export interface GeoInfo {
  readonly sources: readonly SourceInfo[]
}

export interface ImageParts {
  readonly ranges4: Ranges4
  /** Row that holds the first address of each bucket. */
  readonly index4: Uint32Array
  readonly ranges6: Ranges6
  readonly places: PlaceColumns
  readonly placeCount: number
  readonly info: GeoInfo
}

interface Sizes {
  readonly rows4: number
  readonly rows6: number
  readonly places: number
  readonly infoBytes: number
}

export function writeImage(
  ranges4: Ranges4,
  ranges6: Ranges6,
  places: PlaceStore,
  info: GeoInfo,
): SharedArrayBuffer {
  const infoBytes = new TextEncoder().encode(JSON.stringify(info))
  const sizes = {
    rows4: ranges4.count,
    rows6: ranges6.count,
    places: places.count,
    infoBytes: infoBytes.length,
  }
  const views = new Sections(undefined, sizes)
  views.starts4.set(ranges4.starts.subarray(0, ranges4.count))
  views.places4.set(ranges4.places.subarray(0, ranges4.count))
  fillIndex(views.index4, views.starts4)
  views.starts6.set(ranges6.starts.subarray(0, ranges6.count * 4))
  views.places6.set(ranges6.places.subarray(0, ranges6.count))
  views.countries.set(places.countries.subarray(0, places.count))
  views.subdivisions.set(places.subdivisions.subarray(0, places.count))
  views.continents.set(places.continents.subarray(0, places.count))
  views.asns.set(places.asns.subarray(0, places.count))
  views.latitudes.set(places.latitudes.subarray(0, places.count))
  views.longitudes.set(places.longitudes.subarray(0, places.count))
  views.info.set(infoBytes)
  const header = new Uint32Array(views.image, 0, HEADER_BYTES / 4)
  header[Word.Magic] = MAGIC
  header[Word.Version] = IMAGE_VERSION
  header[Word.Bytes] = views.image.byteLength
  header[Word.Rows4] = sizes.rows4
  header[Word.Rows6] = sizes.rows6
  header[Word.Places] = sizes.places
  header[Word.InfoBytes] = sizes.infoBytes
  header[Word.Checksum] = checksum(views.image)
  return views.image
}

/** What is wrong with the buffer as an image, or undefined. Whoever reads one from a disk asks first. */
export function imageFault(image: SharedArrayBuffer): string | undefined {
  if (image.byteLength < HEADER_BYTES) return 'shorter than its header'
  const header = new Uint32Array(image, 0, HEADER_BYTES / 4)
  if (header[Word.Magic] !== MAGIC) return 'not a compiled geo table'
  if (header[Word.Version] !== IMAGE_VERSION) return `of version ${header[Word.Version]}`
  if (header[Word.Bytes] !== image.byteLength) return 'cut short'
  if (layOut(sizesOf(header)).total !== image.byteLength) return 'of sizes that do not add up'
  return header[Word.Checksum] === checksum(image) ? undefined : 'damaged: its checksum is wrong'
}

/** Views into an image that `imageFault` or `writeImage` vouches for. */
export function readImage(image: SharedArrayBuffer): ImageParts {
  const sizes = sizesOf(new Uint32Array(image, 0, HEADER_BYTES / 4))
  const views = new Sections(image, sizes)
  return {
    ranges4: { starts: views.starts4, places: views.places4, count: sizes.rows4 },
    index4: views.index4,
    ranges6: { starts: views.starts6, places: views.places6, count: sizes.rows6 },
    places: views,
    placeCount: sizes.places,
    // A TextDecoder refuses shared memory.
    info: JSON.parse(new TextDecoder().decode(Uint8Array.from(views.info))) as GeoInfo,
  }
}

function sizesOf(header: Uint32Array): Sizes {
  return {
    rows4: header[Word.Rows4]!,
    rows6: header[Word.Rows6]!,
    places: header[Word.Places]!,
    infoBytes: header[Word.InfoBytes]!,
  }
}

/** The sections in their order. Those of 8-octet numbers come first, so that all are aligned. */
function layOut(sizes: Sizes) {
  const latitudes = HEADER_BYTES
  const longitudes = latitudes + sizes.places * 8
  const countries = longitudes + sizes.places * 8
  const subdivisions = countries + sizes.places * 4
  const continents = subdivisions + sizes.places * 4
  const asns = continents + sizes.places * 4
  const index4 = asns + sizes.places * 4
  const starts4 = index4 + INDEX_ROWS * 4
  const places4 = starts4 + sizes.rows4 * 4
  const starts6 = places4 + sizes.rows4 * 4
  const places6 = starts6 + sizes.rows6 * 16
  const info = places6 + sizes.rows6 * 4
  const total = info + Math.ceil(sizes.infoBytes / 8) * 8
  const places = { latitudes, longitudes, countries, subdivisions, continents, asns }
  return { ...places, index4, starts4, places4, starts6, places6, info, total }
}

class Sections implements PlaceColumns {
  readonly image: SharedArrayBuffer
  readonly latitudes: Float64Array
  readonly longitudes: Float64Array
  readonly countries: Uint32Array
  readonly subdivisions: Uint32Array
  readonly continents: Uint32Array
  readonly asns: Uint32Array
  readonly index4: Uint32Array
  readonly starts4: Uint32Array
  readonly places4: Uint32Array
  readonly starts6: Uint32Array
  readonly places6: Uint32Array
  readonly info: Uint8Array

  constructor(given: SharedArrayBuffer | undefined, sizes: Sizes) {
    const at = layOut(sizes)
    const image = given ?? new SharedArrayBuffer(at.total)
    this.image = image
    this.latitudes = new Float64Array(image, at.latitudes, sizes.places)
    this.longitudes = new Float64Array(image, at.longitudes, sizes.places)
    this.countries = new Uint32Array(image, at.countries, sizes.places)
    this.subdivisions = new Uint32Array(image, at.subdivisions, sizes.places)
    this.continents = new Uint32Array(image, at.continents, sizes.places)
    this.asns = new Uint32Array(image, at.asns, sizes.places)
    this.index4 = new Uint32Array(image, at.index4, INDEX_ROWS)
    this.starts4 = new Uint32Array(image, at.starts4, sizes.rows4)
    this.places4 = new Uint32Array(image, at.places4, sizes.rows4)
    this.starts6 = new Uint32Array(image, at.starts6, sizes.rows6 * 4)
    this.places6 = new Uint32Array(image, at.places6, sizes.rows6)
    this.info = new Uint8Array(image, at.info, sizes.infoBytes)
  }
}

function fillIndex(index: Uint32Array, starts: Uint32Array): void {
  let row = 0
  for (let bucket = 0; bucket < INDEX_ROWS - 1; bucket++) {
    const first = bucket * 65_536
    while (row + 1 < starts.length && starts[row + 1]! <= first) row++
    index[bucket] = row
  }
  index[INDEX_ROWS - 1] = starts.length - 1
}

function checksum(image: SharedArrayBuffer): number {
  const header = crc32(new Uint8Array(image, 0, Word.Checksum * 4))
  return crc32(new Uint8Array(image, HEADER_BYTES), header)
}
