/** What the parameters of an SVCB or HTTPS record must mean together (RFC 9460). The shape of each value
 *  has been judged before. */

import type { Severity } from '../base/problem.ts'
import { nameLength } from '../wire/name.ts'
import { SvcKey, svcKeyName } from '../wire/svcb.ts'

export interface SvcbFault {
  readonly code: string
  readonly text: string
  readonly hint?: string
  /** The parameter it is about, as it is written. */
  readonly key: string
  readonly severity: Severity
}

export function svcbFault(bytes: Uint8Array, start: number, end: number): SvcbFault | undefined {
  const priority = bytes[start]! * 256 + bytes[start + 1]!
  const parametersAt = start + 2 + nameLength(bytes, start + 2)
  const keys = parameterKeys(bytes, parametersAt, end)
  if (priority === 0) {
    if (keys.size === 0) return undefined
    return {
      code: 'alias-with-parameters',
      text: 'priority 0 makes an alias, and clients ignore its parameters (RFC 9460 §2.4.2)',
      hint: 'a service needs a priority from 1 on',
      key: svcKeyName(keys.keys().next().value ?? 0),
      severity: 'warning',
    }
  }
  if (keys.has(SvcKey['no-default-alpn']) && !keys.has(SvcKey.alpn))
    return {
      code: 'no-default-alpn-alone',
      text: 'no-default-alpn needs alpn beside it (RFC 9460 §7.1.1)',
      key: 'no-default-alpn',
      severity: 'error',
    }
  const mandatoryAt = keys.get(SvcKey.mandatory)
  return mandatoryAt === undefined ? undefined : mandatoryFault(bytes, mandatoryAt, keys)
}

/** Offset of each parameter, by key. */
function parameterKeys(bytes: Uint8Array, start: number, end: number): Map<number, number> {
  const keys = new Map<number, number>()
  for (let at = start; at < end; at += 4 + bytes[at + 2]! * 256 + bytes[at + 3]!) {
    keys.set(bytes[at]! * 256 + bytes[at + 1]!, at)
  }
  return keys
}

/** RFC 9460 §8: each key once, in order, present, and never `mandatory` itself. */
function mandatoryFault(bytes: Uint8Array, at: number, keys: Map<number, number>): SvcbFault | undefined {
  const valueAt = at + 4
  const valueEnd = valueAt + bytes[at + 2]! * 256 + bytes[at + 3]!
  for (let keyAt = valueAt; keyAt < valueEnd; keyAt += 2) {
    const key = bytes[keyAt]! * 256 + bytes[keyAt + 1]!
    if (key === SvcKey.mandatory)
      return {
        code: 'mandatory-itself',
        text: 'mandatory cannot name itself (RFC 9460 §8)',
        key: 'mandatory',
        severity: 'error',
      }
    if (!keys.has(key))
      return {
        code: 'mandatory-missing',
        text: `mandatory names ${svcKeyName(key)}, which is not given (RFC 9460 §8)`,
        key: 'mandatory',
        severity: 'error',
      }
  }
  return undefined
}
