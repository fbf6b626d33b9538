/** EDNS (RFC 6891): sizes and numbers. */

/** Root owner, type, size, extended rcode and flags, RDATA length: an OPT record without options. */
export const OPT_BYTES = 11
export const OPTION_HEADER_BYTES = 4
/** Family, source and scope of a client subnet, in front of its address (RFC 7871 §6). */
export const CLIENT_SUBNET_FIXED_BYTES = 4
export const EDNS_VERSION = 0
/** The DO bit, in the third octet of the OPT record's TTL (RFC 3225 §3). */
export const DO_BIT = 0x80

export const EdnsOption = {
  /** RFC 5001 */
  Nsid: 3,
  /** RFC 7871 */
  ClientSubnet: 8,
  /** RFC 7828 */
  TcpKeepalive: 11,
  /** RFC 8914 */
  ExtendedError: 15,
} as const
