/** Spoils packets: bits, lengths, counts, pointers, EDNS. Seeded, so that an iteration's number repeats it. */

import type { Dice } from '../differential/dice.ts'

export function mutate(dice: Dice, corpus: readonly Buffer[]): Buffer {
  let packet: Buffer = Buffer.from(dice.pick(corpus))
  for (let i = dice.between(1, 4); i > 0; i--) packet = dice.pick(MUTATIONS)(packet, dice, corpus)
  return packet.subarray(0, PACKET_BYTES_MAX)
}

const PACKET_BYTES_MAX = 4_096

type Mutation = (packet: Buffer, dice: Dice, corpus: readonly Buffer[]) => Buffer

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setOctet,
  setOctet,
  setOctetToEdge,
  cutShort,
  appendNoise,
  insertNoise,
  dropOctets,
  insertPointer,
  overwriteWithPointer,
  lieAboutCounts,
  lieAboutLength,
  spliceOther,
  repeatPart,
  appendOpt,
  spoilFlags,
  growName,
  allNoise,
]

function flipBit(packet: Buffer, dice: Dice): Buffer {
  if (packet.length > 0) packet[dice.below(packet.length)]! ^= 1 << dice.below(8)
  return packet
}

function setOctet(packet: Buffer, dice: Dice): Buffer {
  if (packet.length > 0) packet[dice.below(packet.length)] = dice.below(256)
  return packet
}

function setOctetToEdge(packet: Buffer, dice: Dice): Buffer {
  if (packet.length > 0)
    packet[dice.below(packet.length)] = dice.pick([0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xff])
  return packet
}

function cutShort(packet: Buffer, dice: Dice): Buffer {
  return packet.subarray(0, dice.below(packet.length + 1))
}

function appendNoise(packet: Buffer, dice: Dice): Buffer {
  return Buffer.concat([packet, dice.bytes(dice.pick([1, 2, 3, 10, 11, 12, 40, 600]))])
}

function insertNoise(packet: Buffer, dice: Dice): Buffer {
  const at = dice.below(packet.length + 1)
  return Buffer.concat([packet.subarray(0, at), dice.bytes(dice.between(1, 8)), packet.subarray(at)])
}

function dropOctets(packet: Buffer, dice: Dice): Buffer {
  const at = dice.below(packet.length + 1)
  return Buffer.concat([packet.subarray(0, at), packet.subarray(at + dice.between(1, 8))])
}

function insertPointer(packet: Buffer, dice: Dice): Buffer {
  const at = dice.below(packet.length + 1)
  return Buffer.concat([packet.subarray(0, at), pointer(packet, dice), packet.subarray(at)])
}

function overwriteWithPointer(packet: Buffer, dice: Dice): Buffer {
  pointer(packet, dice).copy(packet, dice.below(packet.length + 1))
  return packet
}

function pointer(packet: Buffer, dice: Dice): Buffer {
  const target = dice.pick([0, 11, 12, 13, dice.below(packet.length + 1), dice.below(0x4000), 0x3fff])
  return Buffer.of(0xc0 | (target >> 8), target & 0xff)
}

function lieAboutCounts(packet: Buffer, dice: Dice): Buffer {
  if (packet.length < 12) return packet
  packet.writeUInt16BE(dice.pick([0, 1, 2, 3, 255, 256, 0x7fff, 0xffff]), dice.pick([4, 6, 8, 10]))
  return packet
}

/** RDLENGTH and option lengths are two octets somewhere near the end. */
function lieAboutLength(packet: Buffer, dice: Dice): Buffer {
  if (packet.length < 16) return packet
  const at = packet.length - dice.between(2, Math.min(40, packet.length))
  packet.writeUInt16BE(dice.pick([0, 1, 3, 4, 5, 0x00ff, 0x0100, 0xfffe, 0xffff]), at)
  return packet
}

function spliceOther(packet: Buffer, dice: Dice, corpus: readonly Buffer[]): Buffer {
  const other = dice.pick(corpus)
  return Buffer.concat([
    packet.subarray(0, dice.below(packet.length + 1)),
    other.subarray(dice.below(other.length)),
  ])
}

function repeatPart(packet: Buffer, dice: Dice): Buffer {
  const from = dice.below(packet.length + 1)
  const part = packet.subarray(from, from + dice.between(1, 40))
  return Buffer.concat([packet, ...Array.from({ length: dice.between(1, 20) }, () => part)])
}

function appendOpt(packet: Buffer, dice: Dice): Buffer {
  if (packet.length < 12) return packet
  const rdata = dice.bytes(dice.below(30))
  const opt = Buffer.concat([Buffer.from('000029', 'hex'), dice.bytes(6), Buffer.of(0, rdata.length), rdata])
  // Mostly version 0, else nothing behind it is looked at.
  if (dice.chance(0.8)) opt[6] = 0
  if (dice.chance(0.9)) packet.writeUInt16BE((packet.readUInt16BE(10) + 1) & 0xffff, 10)
  return Buffer.concat([packet, opt])
}

function spoilFlags(packet: Buffer, dice: Dice): Buffer {
  if (packet.length >= 4) packet.writeUInt16BE(dice.below(0x10000) & (dice.chance(0.8) ? 0x7fff : 0xffff), 2)
  return packet
}

/** Labels put in front of the name, up to and beyond 255 octets. */
function growName(packet: Buffer, dice: Dice): Buffer {
  const labels = Array.from({ length: dice.between(1, 130) }, () => {
    const size = dice.pick([1, 1, 1, 2, 63, 62])
    return Buffer.concat([Buffer.of(size), Buffer.alloc(size, 0x61)])
  })
  return Buffer.concat([packet.subarray(0, 12), ...labels, packet.subarray(12)])
}

function allNoise(_packet: Buffer, dice: Dice): Buffer {
  return dice.bytes(dice.below(600))
}
