/** A world is one start of the three servers: many families of zones, and questions to all of them. */

import { Dice } from './dice.ts'
import { printQuery, randomQuery } from './queries.ts'
import { type ServerName, startServer } from './servers.ts'
import { type Outcome, type Question, type Servers, tryAll } from './trials.ts'
import { type Family, randomFamily } from './zones.ts'

export const FAMILIES_PER_WORLD = 40
export const QUERIES_PER_WORLD = 4_000

export interface World {
  readonly families: readonly Family[]
  readonly questions: readonly Question[]
}

/** World `index` of a run: its dice depend on the run's seed and the index alone. */
export function randomWorld(seed: number, index: number, queryCount: number): World {
  const dice = new Dice(seed ^ Math.imul(index + 1, 0x9e3779b1))
  const families = Array.from({ length: FAMILIES_PER_WORLD }, (_, i) => randomFamily(dice, i))
  const questions = Array.from({ length: queryCount }, () => {
    const family = dice.pick(families)
    return { family, query: randomQuery(dice, family) }
  })
  return { families, questions }
}

/** Each question once: the same one twice tells nothing new. */
export function distinct(questions: readonly Question[]): Question[] {
  return [...new Map(questions.map(question => [printQuery(question.query), question])).values()]
}

/** Starts the three servers with these families, asks, and stops them whatever happens. */
export async function tryWorld(
  families: readonly Family[],
  questions: readonly Question[],
): Promise<Outcome[]> {
  return withServers(families, servers => tryAll(servers, questions))
}

export async function withServers<T>(
  families: readonly Family[],
  use: (servers: Servers) => Promise<T>,
): Promise<T> {
  const names: readonly ServerName[] = ['meridian', 'nsd', 'knot']
  const started = await Promise.allSettled(names.map(name => startServer(name, families)))
  try {
    const [meridian, nsd, knot] = started.map(one => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    return await use({ meridian: meridian!, nsd: nsd!, knot: knot! })
  } finally {
    await Promise.all(started.map(one => (one.status === 'fulfilled' ? one.value.stop() : undefined)))
  }
}
