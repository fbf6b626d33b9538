/** The other end of NOTIFY_SOCKET, as a service manager holds it: a unix datagram socket, read without waiting.
 *  Knows nothing of what is said. */

import { setTimeout as sleep } from 'node:timers/promises'
import { koffi } from '../../src/base/koffi.ts'

const AF_UNIX = 1
const SOCK_DGRAM_CLOEXEC = 0o2000002
const MSG_DONTWAIT = 0x40
const MESSAGE_BYTES_MAX = 4096

interface Libc {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  recv(fd: number, octets: Uint8Array, length: number, flags: number): number
  close(fd: number): number
}

export class NotifySocket {
  /** As NOTIFY_SOCKET spells it. */
  readonly name: string
  readonly heard: string[] = []
  readonly #libc: Libc
  readonly #fd: number

  constructor(name: string) {
    const library = koffi().load(null)
    this.name = name
    this.#libc = {
      socket: library.func('int socket(int, int, int)'),
      bind: library.func('int bind(int, void*, uint)'),
      recv: library.func('long recv(int, void*, ulong, int)'),
      close: library.func('int close(int)'),
    } as unknown as Libc
    this.#fd = this.#libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0)
    const address = Buffer.from(
      `\x01\0${name.replace('@', '\0')}${name.startsWith('@') ? '' : '\0'}`,
      'latin1',
    )
    if (this.#libc.bind(this.#fd, address, address.length) !== 0) throw new Error(`cannot bind ${name}`)
  }

  /** The next message that has this line, the ones before it passed over. */
  async hear(line: string, timeoutMs = 10_000): Promise<string[]> {
    const deadline = performance.now() + timeoutMs
    while (performance.now() < deadline) {
      const message = this.read()
      if (message === undefined) await sleep(10)
      else if (message.split('\n').includes(line)) return message.split('\n')
    }
    throw new Error(`waited ${timeoutMs} ms for ${line}; heard ${JSON.stringify(this.heard)}`)
  }

  /** What is there now, if anything. */
  read(): string | undefined {
    const octets = new Uint8Array(MESSAGE_BYTES_MAX)
    const length = this.#libc.recv(this.#fd, octets, octets.length, MSG_DONTWAIT)
    if (length <= 0) return undefined
    const message = Buffer.from(octets.subarray(0, length)).toString()
    this.heard.push(message)
    return message
  }

  close(): void {
    this.#libc.close(this.#fd)
  }
}
