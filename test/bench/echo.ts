/** An echo server with the same batches as the generator: it turns every query into an empty answer. Shows how much
 *  the generator itself can do. Knows nothing of DNS but the two octets it sets. */

import { bindUdp, kernel, MSG_WAITFORONE, messages } from './kernel.ts'

const BATCH = 64
const port = Number(process.argv[2])
const fd = bindUdp(port, 4 << 20)
const mail = messages(BATCH, 1536, true)
const { bytes, words } = mail.memory
console.log('ready')
for (;;) {
  const got = kernel.recvmmsg(fd, mail.memory.pointer, BATCH, MSG_WAITFORONE, null)
  for (let i = 0; i < got; i++) {
    const at = mail.bufferAt + i * mail.slotBytes
    bytes[at + 2]! |= 0x84
    // The reply is as long as the query was; the vector's length is what sendmmsg goes by.
    words[mail.vectorWord + 4 * i + 2] = words[mail.lengthWord + 16 * i]!
  }
  if (got > 0) kernel.sendmmsg(fd, mail.memory.pointer, got, 0)
  for (let i = 0; i < got; i++) words[mail.vectorWord + 4 * i + 2] = mail.slotBytes
}
