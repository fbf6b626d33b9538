/** What a region's addresses lead to in end-to-end tests: HTTP servers of our own on loopback addresses, one port
 *  for all, each killed and brought back at will. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export class Endpoints {
  readonly port: number
  /** Requests answered, by address. */
  readonly hits = new Map<string, number>()
  /** Names that are asked for and not well, wherever. */
  readonly sick = new Set<string>()
  private readonly servers = new Map<string, Server>()

  /** All of them answer. */
  static async open(...addresses: string[]): Promise<Endpoints> {
    for (;;) {
      const free = createServer().listen(0, addresses[0])
      await once(free, 'listening')
      const { port } = free.address() as AddressInfo
      free.close()
      await once(free, 'close')
      const endpoints = new Endpoints(port)
      try {
        for (const address of addresses) await endpoints.revive(address)
        return endpoints
      } catch {
        // Somebody else took the port on one of the addresses.
        await endpoints.close()
      }
    }
  }

  private constructor(port: number) {
    this.port = port
  }

  async revive(address: string): Promise<void> {
    const server = createServer(({ headers }, response) => {
      if (this.sick.has(headers.host?.replace(/:\d+$/, '') ?? '')) response.statusCode = 500
      this.hits.set(address, (this.hits.get(address) ?? 0) + 1)
      response.end('well')
    })
    server.listen(this.port, address)
    await once(server, 'listening')
    this.servers.set(address, server)
  }

  /** Connections are refused from now on. */
  async kill(address: string): Promise<void> {
    const server = this.servers.get(address)!
    this.servers.delete(address)
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.keys()].map(address => this.kill(address)))
  }
}
