/** What `/metrics` says, read as a scraper would. */

import { expect } from 'chai'
import { get } from '../admin/http.ts'
import type { Meridian } from '../server/meridian.ts'

export interface Scrape {
  readonly text: string
  /** Names in the help lines, also of those without series. */
  readonly names: ReadonlySet<string>
  /** The sum of all series of this name whose labels hold what is given; 0 where there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number
  /** How many series that is. */
  count(name: string, labels?: Readonly<Record<string, string>>): number
}

interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export function readExposition(text: string): Scrape {
  const series = text
    .split('\n')
    .flatMap(line => (line === '' || line.startsWith('#') ? [] : [readSeries(line)]))
  const names = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!))
  const matching = (name: string, labels: Readonly<Record<string, string>>): Series[] =>
    series.filter(
      one =>
        one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    )
  return {
    text,
    names,
    value: (name, labels = {}) => matching(name, labels).reduce((sum, one) => sum + one.value, 0),
    count: (name, labels = {}) => matching(name, labels).length,
  }
}

function readSeries(line: string): Series {
  const [, name, inside = '', value] = /^([a-z0-9_:]+)(?:\{(.*)\})? (\S+)$/i.exec(line)!
  const labels = Object.fromEntries(
    [...inside.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label!, text!]),
  )
  return { name: name!, labels, value: Number(value!.replace('Inf', 'Infinity')) }
}

/** Of a server that was started with `--admin 127.0.0.1:0`. */
export async function scrape(server: Meridian): Promise<Scrape> {
  const line = await server.logged(({ msg }) => msg === 'admin listener')
  const port = Number(/:(\d+)$/.exec(line['address'] as string)![1])
  const { status, headers, body } = await get('/metrics', { port })
  expect(status, body).to.equal(200)
  expect(headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8')
  return readExposition(body)
}
