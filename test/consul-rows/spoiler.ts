/** A wire between Meridian and a real Consul that can be made slow, cut answers short, or answer by itself as the
 *  proxies of this world do: what no real agent does on demand. */

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export type Spoiling =
  | { readonly kind: 'none' }
  /** Every answer comes so much later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The connection ends in the midst of the body. */
  | { readonly kind: 'cut' }
  /** The midst of the body, and then silence. */
  | { readonly kind: 'stall' }
  /** This, and nothing of Consul's. */
  | { readonly kind: 'page'; readonly status: string; readonly body: string }

/** A cut answer keeps its head and so much of its body. */
const BODY_BYTES_KEPT = 20

export class Spoiler {
  /** What was asked of Consul so far: method, path and query. */
  readonly asked: string[] = []
  private readonly target: URL
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  private how: Spoiling = { kind: 'none' }

  static async before(url: string): Promise<Spoiler> {
    const spoiler = new Spoiler(new URL(url))
    spoiler.server.listen(0, '127.0.0.1')
    await once(spoiler.server, 'listening')
    return spoiler
  }

  private constructor(target: URL) {
    this.target = target
    this.server = createServer(client => this.serve(client))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** From the next answer on, also to questions that wait already. */
  spoil(how: Spoiling): void {
    this.how = how
  }

  async close(): Promise<void> {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
    await once(this.server, 'close')
  }

  private serve(client: Socket): void {
    const consul = connect(Number(this.target.port), this.target.hostname)
    for (const socket of [client, consul]) {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        this.sockets.delete(socket)
        client.destroy()
        consul.destroy()
      })
    }
    client.on('data', question => {
      const [line = ''] = question.toString('latin1').split(' HTTP/', 1)
      if (/^[A-Z]+ \//.test(line)) this.asked.push(line)
      if (this.how.kind === 'page') client.end(page(this.how.status, this.how.body))
      else consul.write(question)
    })
    consul.on('data', answer => this.pass(answer, client))
  }

  private pass(answer: Buffer, client: Socket): void {
    const { how } = this
    switch (how.kind) {
      case 'none':
        client.write(answer)
        return
      case 'slow':
        setTimeout(() => client.write(answer), how.delayMs)
        return
      case 'cut':
        client.end(shortened(answer))
        return
      case 'stall':
        client.write(shortened(answer))
        return
      case 'page':
        client.end(page(how.status, how.body))
        return
      default:
        how satisfies never
    }
  }
}

function shortened(answer: Buffer): Buffer {
  return answer.subarray(0, answer.indexOf('\r\n\r\n') + 4 + BODY_BYTES_KEPT)
}

function page(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}
