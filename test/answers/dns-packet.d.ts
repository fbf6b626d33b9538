/** The little of dns-packet that the tests use; it comes without types. */

declare module 'dns-packet' {
  export interface Answer {
    readonly name: string
    readonly type: string
  }

  export interface Packet {
    readonly flag_aa: boolean
    readonly answers?: readonly Answer[]
    readonly authorities?: readonly Answer[]
    readonly additionals?: readonly Answer[]
  }

  const dnsPacket: { decode(bytes: Buffer): Packet }
  export default dnsPacket
}
