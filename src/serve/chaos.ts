/** The CHAOS class: who is this server, what does it run (RFC 4892)? Knows only its own few names. */

import type { NamePath } from '../plan/lookup.ts'
import { nameFromText } from '../wire/name.ts'
import { RrType } from '../wire/types.ts'
import type { Reply } from './reply.ts'

const IDENTITY_NAMES = [nameFromText('id.server')!, nameFromText('hostname.bind')!]
const VERSION_NAMES = [nameFromText('version.server')!, nameFromText('version.bind')!]

export class Chaos {
  private readonly identity: Uint8Array
  private readonly version: Uint8Array

  constructor(identity: Uint8Array, version: Uint8Array) {
    this.identity = identity
    this.version = version
  }

  /** False when there is nothing to say to this. */
  answer(name: NamePath, type: number, reply: Reply): boolean {
    if (type !== RrType.TXT && type !== RrType.ANY) return false
    if (isOneOf(name, IDENTITY_NAMES)) return this.identity.length > 0 && reply.answerChaosText(this.identity)
    if (isOneOf(name, VERSION_NAMES)) return this.version.length > 0 && reply.answerChaosText(this.version)
    return false
  }
}

function isOneOf(name: NamePath, names: readonly Uint8Array[]): boolean {
  for (let i = 0; i < names.length; i++) {
    if (names[i]!.length === name.length && name.isSame(names[i]!, 0)) return true
  }
  return false
}
