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
  /** Answers for spans that were too many at once to be told. */
  SpansDropped: 4,
} as const
export const TAP_FIGURES = 8

export type FromTapThread =
  | { readonly kind: 'connected' }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'answers'; readonly answers: readonly TappedAnswer[] }

/** An answer that a span is to tell of. */
export interface TappedAnswer {
  /** `TapMark`s. */
  readonly marks: number
  /** Of the choice of the board that it came by; 0 where it came by none. */
  readonly version: number
  readonly queryMs: number
  readonly replyMs: number
  readonly protocol: number
  readonly family: 4 | 6
  readonly client: Uint8Array
  readonly reply: Uint8Array
}

/** Reads what is left, says goodbye and ends. */
export type ToTapThread = { readonly kind: 'stop' }
