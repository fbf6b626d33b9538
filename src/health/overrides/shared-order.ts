/** An order as it stands in a shared key: one key for each thing that can be ordered, its text JSON. What a stranger
 *  wrote there is checked whole before it is believed. Pure; knows no store. */

import { z } from 'zod'
import { normalPattern, OVERRIDE_ACTIONS, type Override, questionOf, REMARK_CHARS_MAX } from './override.ts'

/** The longest order takes 1,600 octets or so. */
export const SHARED_ORDER_CHARS_MAX = 4_096
const NODE_CHARS_MAX = 255
const VERSION = 1

const moment = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const line = (charsMax: number) =>
  z
    .string()
    .max(charsMax)
    .regex(/^\P{Cc}*$/u, 'must be one line')

const ORDER = z.object({
  version: z.literal(VERSION),
  action: z.enum(OVERRIDE_ACTIONS as [string, ...string[]]).transform(text => text as Override['action']),
  pattern: z.string().refine(text => normalPattern(text) === text, 'is no pattern'),
  stamp: z.object({ wallMs: moment, node: line(NODE_CHARS_MAX).min(1) }),
  untilWallMs: moment.exactOptional(),
  by: line(REMARK_CHARS_MAX),
  why: line(REMARK_CHARS_MAX),
})

/** `drain/euc1`, `force/live.classroom.example/eu*`: of several orders on one thing the newest stays. */
export function sharedKey({ pattern, action }: Pick<Override, 'pattern' | 'action'>): string {
  return `${questionOf(action)}/${pattern}`
}

export function sharedText({ pattern, action, stamp, untilWallMs, by, why }: Override): string {
  return JSON.stringify({ version: VERSION, action, pattern, by, why, stamp, untilWallMs })
}

export type SharedOrder =
  | { readonly kind: 'order'; readonly override: Override }
  /** `isLater`: of a version of ours that is still to come, so not ours to write over. */
  | { readonly kind: 'unreadable'; readonly text: string; readonly isLater: boolean }

export function readSharedOrder(key: string, text: string): SharedOrder {
  if (text.length > SHARED_ORDER_CHARS_MAX)
    return unreadable(`is longer than ${SHARED_ORDER_CHARS_MAX} characters`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable('is not JSON')
  }
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof version === 'number' && version > VERSION)
    return unreadable(`is of version ${version}, later than this server's`, true)
  const read = ORDER.safeParse(value)
  if (!read.success) {
    const { path, message } = read.error.issues[0]!
    return unreadable(`${path.join('.') || 'it'}: ${message}`)
  }
  const { version: _, ...override } = read.data
  return sharedKey(override) === key
    ? { kind: 'order', override }
    : unreadable(`holds an order that belongs to ${sharedKey(override)}`)
}

function unreadable(text: string, isLater = false): SharedOrder {
  return { kind: 'unreadable', text, isLater }
}
