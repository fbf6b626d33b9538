/** What a look at the host finds: a state, words for people, and how to mend it. Only shapes. */

import type { Patient } from './patient.ts'

/** `unknown`: it cannot be told from here, and we say so. `failure`: something will not work. */
export const STATES = ['failure', 'warning', 'unknown', 'fine'] as const
export type State = (typeof STATES)[number]

export interface Finding {
  readonly state: State
  readonly text: string
  /** What to do about it; a command where there is one. */
  readonly mend?: string
}

export type Look = (patient: Patient) => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>

export function fine(text: string): Finding {
  return { state: 'fine', text }
}

export function unknown(text: string): Finding {
  return { state: 'unknown', text }
}

export function warning(text: string, mend: string): Finding {
  return { state: 'warning', text, mend }
}

export function failure(text: string, mend: string): Finding {
  return { state: 'failure', text, mend }
}
