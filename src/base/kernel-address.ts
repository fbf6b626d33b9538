/** Addresses as the kernel's tables of sockets (/proc/net) have them. */

/** Hexadecimal words of the host's own order, which is little-endian wherever this is read → `127.0.0.53`,
 *  `2001:db8::1`. */
export function kernelAddress(hex: string): string {
  const octets = Buffer.from(hex, 'hex')
  for (let at = 0; at < octets.length; at += 4) octets.subarray(at, at + 4).reverse()
  if (octets.length === 4) return [...octets].join('.')
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(i * 2).toString(16))
  // The URL parser knows the short form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
