/** A world of a few large networks, so that every number in a table can be checked by hand, and the program run in
 *  it. IPv4: 64 × /10, of which the United States have 24, Germany 16, Japan 8, India 6, Australia 4, Turkey,
 *  the Emirates and Brazil 2 each; IPv6: a /20 each of four countries. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Value, writeMmdb } from '../geo/mmdb-writer.ts'
import { type Outcome, runMeridian } from '../server/meridian.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'

const COUNTRIES: Readonly<Record<string, readonly [continent: string, latitude: number, longitude: number]>> =
  {
    US: ['NA', 39, -90],
    DE: ['EU', 52.5, 13.4],
    JP: ['AS', 35.7, 139.7],
    IN: ['AS', 19.1, 72.9],
    AU: ['OC', -33.9, 151.2],
    TR: ['AS', 41, 29],
    AE: ['AS', 25.2, 55.3],
    BR: ['SA', -23.5, -46.6],
  }

/** Prefix, country. */
export const NETWORKS: readonly (readonly [prefix: string, country: string])[] = [
  ['16.0.0.0/6', 'US'],
  ['20.0.0.0/7', 'US'],
  ['24.0.0.0/6', 'DE'],
  ['32.0.0.0/7', 'JP'],
  ['34.0.0.0/8', 'IN'],
  ['35.0.0.0/9', 'IN'],
  ['36.0.0.0/8', 'AU'],
  ['37.0.0.0/9', 'TR'],
  ['37.128.0.0/9', 'AE'],
  ['38.0.0.0/9', 'BR'],
  ['2600::/20', 'US'],
  ['2a00::/20', 'DE'],
  ['2400::/20', 'JP'],
  ['2800::/20', 'BR'],
]

function recordOf(country: string): Value {
  const [continent, latitude, longitude] = COUNTRIES[country]!
  return {
    country: { iso_code: country },
    continent: { code: continent },
    location: { latitude, longitude },
  }
}

export function writeWorld(path: string): void {
  writeFileSync(
    path,
    writeMmdb({ networks: NETWORKS.map(([prefix, country]) => [prefix, recordOf(country)]) }),
  )
}

/** A folder with the world in it, for one suite. */
export class SmallWorld {
  readonly dir = makeTempDir('meridian-world-')
  readonly database = join(this.dir, 'world.mmdb')

  constructor() {
    writeWorld(this.database)
  }

  /** Settings as a user would have them in the environment. */
  get environment(): NodeJS.ProcessEnv {
    return {
      MERIDIAN_GEO: this.database,
      MERIDIAN_STATE: join(this.dir, 'state'),
      MERIDIAN_GEO_OVERRIDES: join(this.dir, 'none.csv'),
    }
  }

  run(words: readonly string[], cwd = import.meta.dirname): Outcome {
    return runMeridian(words, { cwd, env: this.environment })
  }

  write(name: string, text: string): string {
    const path = join(this.dir, name)
    writeFileSync(path, text)
    return path
  }

  remove(): void {
    removeTempDir(this.dir)
  }
}
