/** What the main thread and the tap thread say to each other: its `workerData`, the figures it keeps in shared
 *  memory, and the messages between them. Types and names only. */

export const DNSTAP_MESSAGES = ['query', 'response', 'both'] as const

export interface DnstapOrders {
  /** Of the receiver. */
  readonly socket: string
  readonly messages: (typeof DNSTAP_MESSAGES)[number]
  /** Empty: not told. */
  readonly identity: string
  readonly version: string
}

export interface TapThreadData {
  /** One of each worker. */
  readonly rings: readonly SharedArrayBuffer[]
  /** `TapFigure`s, 64-bit floats. */
  readonly figures: SharedArrayBuffer
  readonly dnstap: DnstapOrders | undefined
}

/** Sums since the start; the thread is their only writer. */
export const TapFigure = {
  /** dnstap messages handed to the receiver. */
  Sent: 0,
  /** Not sent because there was no receiver, or it was too slow. What a full ring dropped is counted there. */
  Unheard: 1,
  TooSlow: 2,
  /** 1 while there is a receiver. */
  Connected: 3,
} as const
export const TAP_FIGURES = 8

export type FromTapThread =
  | { readonly kind: 'connected' }
  | { readonly kind: 'lost'; readonly reason: string }

/** Reads what is left, says goodbye and ends. */
export type ToTapThread = { readonly kind: 'stop' }
