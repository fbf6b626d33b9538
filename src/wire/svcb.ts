/** SvcParamKeys of SVCB and HTTPS records (RFC 9460 §14.3.2, RFC 9461, RFC 9540). */

export const SvcKey = {
  mandatory: 0,
  alpn: 1,
  'no-default-alpn': 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  dohpath: 7,
  ohttp: 8,
} as const

export type SvcKeyName = keyof typeof SvcKey

/** Reserved as invalid (RFC 9460 §14.3.2). */
export const SVC_KEY_INVALID = 65_535

const NAMES = Object.keys(SvcKey) as SvcKeyName[]

export function svcKeyName(key: number): string {
  return NAMES[key] ?? `key${key}`
}

/** The number of `alpn` or `key65280`, or -1. */
export function svcKeyFromName(text: string): number {
  const lower = text.toLowerCase()
  if (Object.hasOwn(SvcKey, lower)) return SvcKey[lower as SvcKeyName]
  const generic = /^key(0|[1-9]\d{0,4})$/.exec(lower)
  return generic !== null && Number(generic[1]) < SVC_KEY_INVALID ? Number(generic[1]) : -1
}
