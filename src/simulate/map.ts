/** A map of the world as SVG: one dot a cell, coloured by the region that serves it, the regions themselves with
 *  their names, and a legend. Equirectangular, without outlines of land: where people are draws the continents.
 *  Draws; knows neither policies nor addresses. */

import type { Cell } from './cells.ts'

export interface MapRegion {
  readonly name: string
  /** What stands behind the name in the legend. */
  readonly detail: string
  /** Of all clients. */
  readonly share: number
  readonly latitude: number | undefined
  readonly longitude: number | undefined
  readonly down: boolean
}

export interface WorldMap {
  readonly title: string
  readonly subtitle: string
  /** In the order of their colours; what stands in place of a region last. */
  readonly regions: readonly MapRegion[]
  readonly cells: readonly Cell[]
  /** Whether there was something to compare with. */
  readonly showsMoves: boolean
}

const PIXELS_PER_DEGREE = 4
const NORTH = 78
const SOUTH = -58
const MARGIN = 30
const HEAD = 84
const WIDTH = 360 * PIXELS_PER_DEGREE + 2 * MARGIN
const MAP_HEIGHT = (NORTH - SOUTH) * PIXELS_PER_DEGREE
const LEGEND_ROW = 26
const LEGEND_COLUMNS = 4

const INK = { back: '#0b1320', sea: '#101b2d', line: '#22344f', text: '#e8eef7', faint: '#8fa3bf' } as const
const FONT = "font-family=\"'Inter','Helvetica Neue',Arial,sans-serif\""

/** Told apart on a dark ground, also by eyes that see few colours. */
const COLOURS = [
  '#4cc9f0',
  '#ffb703',
  '#f72585',
  '#80ed99',
  '#b79cff',
  '#ff7b54',
  '#2ec4b6',
  '#f9f871',
  '#5f8dff',
  '#ff9ecd',
  '#a7c957',
  '#d4a373',
] as const
/** Refused, sorry. */
const NO_REGION = '#6b7280'

export function drawMap(map: WorldMap): string {
  const legendRows = Math.ceil(legendEntries(map) / LEGEND_COLUMNS)
  const height = HEAD + MAP_HEIGHT + 34 + legendRows * LEGEND_ROW + 14
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ${sizeOf(WIDTH, height)} ${FONT}>`,
    `<title>${escape(map.title)}</title>`,
    `<rect ${sizeOf(WIDTH, height)} fill="${INK.back}"/>`,
    `<text x="${MARGIN}" y="40" font-size="24" font-weight="600" fill="${INK.text}">${escape(map.title)}</text>`,
    `<text x="${MARGIN}" y="64" font-size="14" fill="${INK.faint}">${escape(map.subtitle)}</text>`,
    ...drawGround(),
    `<g clip-path="url(#ground)">`,
    ...drawDots(map),
    '</g>',
    ...drawRegions(map),
    ...drawLegend(map, HEAD + MAP_HEIGHT + 34),
    '</svg>',
    '',
  ].join('\n')
}

function sizeOf(width: number, height: number): string {
  return `width="${width}" height="${height}"`
}

function colourOf({ regions }: WorldMap, name: string): string {
  const index = regions.findIndex(region => region.name === name)
  return name.startsWith('(') || index < 0 ? NO_REGION : COLOURS[index % COLOURS.length]!
}

function x(longitude: number): number {
  return MARGIN + (longitude + 180) * PIXELS_PER_DEGREE
}

function y(latitude: number): number {
  return HEAD + (NORTH - latitude) * PIXELS_PER_DEGREE
}

function drawGround(): string[] {
  const right = x(180)
  const meridians = steps(-150, 150, 30).map(degrees => `M${x(degrees)} ${HEAD}v${MAP_HEIGHT}`)
  const parallels = steps(-30, 60, 30).map(degrees => `M${MARGIN} ${y(degrees)}H${right}`)
  const frame = `x="${MARGIN}" y="${HEAD}" width="${right - MARGIN}" height="${MAP_HEIGHT}" rx="6"`
  return [
    `<clipPath id="ground"><rect ${frame}/></clipPath>`,
    `<rect ${frame} fill="${INK.sea}"/>`,
    `<path d="${[...meridians, ...parallels].join('')}" stroke="${INK.line}" fill="none"/>`,
  ]
}

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, i) => from + i * by)
}

//------------ Dots ---

const SIZES = 5
const DOT_MIN = 2.6
const DOT_MAX = 5.4
const RIM = 2.2
/** Between the smallest dot and the largest. */
const FACTOR = 100_000

/** Dots of one colour and size are one path: a line of no length with round ends is a dot. */
function drawDots(map: WorldMap): string[] {
  const largest = Math.max(...map.cells.map(({ share }) => share), Number.MIN_VALUE)
  const smallest = largest / FACTOR
  const sizeClass = ({ share }: Cell): number => {
    const height = Math.log(Math.max(share, smallest) / smallest) / Math.log(largest / smallest)
    return Math.min(SIZES - 1, Math.floor(height * SIZES))
  }
  const rims = new Map<number, Cell[]>()
  const dots = new Map<string, Cell[]>()
  for (const cell of map.cells) {
    const size = sizeClass(cell)
    push(dots, `${size} ${cell.region}`, cell)
    if (map.showsMoves && cell.moved) push(rims, size, cell)
  }
  const rimPaths = [...rims].map(([size, cells]) => dotPath(cells, '#ffffff', diameter(size) + RIM))
  const dotPaths = [...dots]
    .toSorted(([a], [b]) => Number(a.split(' ')[0]) - Number(b.split(' ')[0]))
    .map(([key, cells]) =>
      dotPath(cells, colourOf(map, cells[0]!.region), diameter(Number(key.split(' ')[0]))),
    )
  return [...rimPaths, ...dotPaths]
}

function diameter(size: number): number {
  return DOT_MIN + ((DOT_MAX - DOT_MIN) * size) / (SIZES - 1)
}

function push<Key>(groups: Map<Key, Cell[]>, key: Key, cell: Cell): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [cell])
  else group.push(cell)
}

function dotPath(cells: readonly Cell[], colour: string, width: number): string {
  const path = cells.map(({ latitude, longitude }) => `M${x(longitude)} ${y(latitude)}h0`).join('')
  const pen = `stroke="${colour}" stroke-width="${width.toFixed(1)}" stroke-linecap="round"`
  return `<path d="${path}" ${pen} fill="none"/>`
}

//------------ Regions ---

const LABEL_HEIGHT = 19
const LABEL_GROUND = `fill="${INK.back}" fill-opacity="0.82"`
const LABEL_FONT = 'font-size="13" font-weight="600"'

function drawRegions(map: WorldMap): string[] {
  const labels: { x: number; y: number; width: number }[] = []
  return map.regions.flatMap(region => {
    const { name, latitude, longitude, down } = region
    if (latitude === undefined || longitude === undefined) return []
    const [cx, cy] = [x(longitude), y(latitude)]
    const text = down ? `${name} (down)` : name
    const label = { x: cx + 11, y: cy - 9, width: text.length * 8 + 12 }
    // Two regions in one city: the second name goes below the first.
    while (labels.some(other => overlaps(other, label))) label.y += LABEL_HEIGHT + 2
    labels.push(label)
    const colour = colourOf(map, name)
    return [
      `<circle cx="${cx}" cy="${cy}" r="7" fill="${INK.back}" stroke="${colour}" stroke-width="3"/>`,
      `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${down ? 'none' : colour}"/>`,
      `<rect x="${label.x}" y="${label.y}" ${sizeOf(label.width, LABEL_HEIGHT)} rx="4" ${LABEL_GROUND}/>`,
      `<text x="${label.x + 6}" y="${label.y + 14}" ${LABEL_FONT} fill="${colour}">${escape(text)}</text>`,
    ]
  })
}

function overlaps(
  a: { x: number; y: number; width: number },
  b: { x: number; y: number; width: number },
): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < LABEL_HEIGHT + 2
}

//------------ Legend ---

function legendEntries({ regions, showsMoves }: WorldMap): number {
  return regions.length + (showsMoves ? 1 : 0)
}

function drawLegend(map: WorldMap, top: number): string[] {
  const columnWidth = (WIDTH - 2 * MARGIN) / LEGEND_COLUMNS
  const place = (i: number): [number, number] => [
    MARGIN + (i % LEGEND_COLUMNS) * columnWidth,
    top + Math.floor(i / LEGEND_COLUMNS) * LEGEND_ROW,
  ]
  const entries = map.regions.map((region, i) => {
    const [left, line] = place(i)
    const share = `${(region.share * 100).toFixed(1)}%`
    const detail = region.detail === '' ? '' : `· ${region.detail}`
    return [
      `<circle cx="${left + 7}" cy="${line - 5}" r="6.5" fill="${colourOf(map, region.name)}"/>`,
      `<text x="${left + 22}" y="${line}" font-size="14" fill="${INK.text}">`,
      `<tspan font-weight="600">${escape(region.name)}</tspan> ${share}`,
      `<tspan dx="5" fill="${INK.faint}">${escape(detail)}</tspan></text>`,
    ].join('')
  })
  if (!map.showsMoves) return entries
  const [left, line] = place(map.regions.length)
  return [
    ...entries,
    `<circle cx="${left + 7}" cy="${line - 5}" r="5.5" fill="${INK.sea}" stroke="#ffffff" stroke-width="2.5"/>` +
      `<text x="${left + 22}" y="${line}" font-size="14" fill="${INK.faint}">moves here from another region</text>`,
  ]
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
