/** The ways to one datacenter, best first, and which of them is used now. Knows no reply. */

import type { ConsulAgent, FailureKind } from './agent.ts'

export interface Endpoint {
  readonly agent: ConsulAgent
  /** Said as `dc=` even to that datacenter's own agents: one that is not what it was taken for passes it on. */
  readonly datacenter: string
}

export class Route {
  readonly #endpoints: readonly Endpoint[]
  #at = 0

  constructor(endpoints: readonly [Endpoint, ...Endpoint[]]) {
    this.#endpoints = endpoints
  }

  get size(): number {
    return this.#endpoints.length
  }

  current(): Endpoint {
    return this.#endpoints[this.#at]!
  }

  preferred(): Endpoint {
    return this.#endpoints[0]!
  }

  /** The next way round, unless somebody has left this one already. */
  leave(endpoint: Endpoint): void {
    if (this.#endpoints[this.#at] === endpoint) this.#at = (this.#at + 1) % this.#endpoints.length
  }

  use(endpoint: Endpoint): void {
    const at = this.#endpoints.indexOf(endpoint)
    if (at >= 0) this.#at = at
  }
}

/** Whether another way to the same datacenter could do better. A refused token is refused everywhere. */
export function anotherWayMayHelp(kind: FailureKind): boolean {
  switch (kind) {
    case 'refused':
    case 'reset':
    case 'timeout':
    case 'no-leader':
    case 'not-found':
    case 'bad-body':
    case 'other':
      return true
    case 'forbidden':
    case 'stopped':
      return false
    default:
      return kind satisfies never
  }
}
