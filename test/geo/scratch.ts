/** A folder for one suite's files, gone after it; and addresses from text, for tests of geo data. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, parseAddress } from '../../src/base/address.ts'

export class Scratch {
  readonly dir = mkdtempSync(join(tmpdir(), 'meridian-geo-'))
  private count = 0

  /** Writes a file under a name of its own and returns its path. */
  write(octets: Buffer | string, extension = 'mmdb'): string {
    const path = join(this.dir, `${this.count++}.${extension}`)
    writeFileSync(path, octets)
    return path
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(`"${text}" is no address`)
  return parsed
}

export function printAddress({ family, octets }: Address): string {
  if (family === 4) return octets.join('.')
  return Array.from({ length: 8 }, (_, i) => ((octets[i * 2]! << 8) | octets[i * 2 + 1]!).toString(16)).join(
    ':',
  )
}
