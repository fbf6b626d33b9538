/** Several ways to one datacenter as one agent: whichever answered last is asked, and left for the next when it
 *  fails. Whoever asks tries again by itself. */

import type { ConsulAgent, Outcome } from './agent.ts'
import { anotherWayMayHelp, Route } from './route.ts'

/** Best first. */
export function anyAgent(agents: readonly [ConsulAgent, ...ConsulAgent[]]): ConsulAgent {
  const [first, ...others] = agents.map(agent => ({ agent, datacenter: '' }))
  const route = new Route([first!, ...others])

  const ask = async <T>(call: (agent: ConsulAgent) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    const endpoint = route.current()
    const outcome = await call(endpoint.agent)
    if (!outcome.ok && anotherWayMayHelp(outcome.failure.kind)) route.leave(endpoint)
    return outcome
  }

  return {
    get address() {
      return route.current().agent.address
    },
    serviceHealth: (service, tag, options) => ask(agent => agent.serviceHealth(service, tag, options)),
    keysBelow: (prefix, options) => ask(agent => agent.keysBelow(prefix, options)),
    putKey: (key, value, options) => ask(agent => agent.putKey(key, value, options)),
    deleteKey: (key, options) => ask(agent => agent.deleteKey(key, options)),
    close() {
      for (const agent of agents) agent.close()
    },
  }
}
