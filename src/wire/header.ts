/** The twelve octets at the head of every message (RFC 1035 §4.1.1). */

export const HEADER_BYTES = 12

/** Octet 2. */
export const Flags1 = { Qr: 0x80, Opcode: 0x78, Aa: 0x04, Tc: 0x02, Rd: 0x01 } as const
/** Octet 3. */
export const Flags2 = { Ra: 0x80, Z: 0x40, Ad: 0x20, Cd: 0x10, Rcode: 0x0f } as const

export const Rcode = {
  NoError: 0,
  FormErr: 1,
  ServFail: 2,
  NxDomain: 3,
  NotImp: 4,
  Refused: 5,
  YxDomain: 6,
  /** Extended: its upper eight bits travel in the OPT record (RFC 6891 §6.1.3). */
  BadVers: 16,
} as const
export type Rcode = (typeof Rcode)[keyof typeof Rcode]

/** Largest reply to a query without EDNS (RFC 1035 §4.2.1), and the least an EDNS size can mean. */
export const PLAIN_UDP_BYTES_MAX = 512
export const MESSAGE_BYTES_MAX = 65_535
