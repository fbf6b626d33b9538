/** What we remark beside an answer: extended errors (RFC 8914) with their texts, made once. */

export interface Remark {
  /** RFC 8914 §4. */
  readonly code: number
  readonly text: Uint8Array
}

function remark(code: number, text: string): Remark {
  return { code, text: new TextEncoder().encode(text) }
}

export const Remarks = {
  NotAuthoritative: remark(20, ''),
  NotSupported: remark(21, ''),
  BadZone: remark(24, 'the zone never loaded without errors'),
  Stale: remark(3, 'a source of health is silent or doubted'),
  Outage: remark(0, 'no permitted region is available'),
  NotAllowed: remark(18, 'only diagnostics.allow may ask this'),
  Prohibited: remark(18, 'no region may serve this client'),
} as const
