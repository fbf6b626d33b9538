/** Settings → how Consul is reached: one agent that passes questions on, and datacenters that have agents of their
 *  own; and where the orders of a fleet are kept. Loaded only where there is a Consul. */

import type { OrderSharing } from '../control/order-desk.ts'
import { type AgentSettings, tokenFromEnvironment } from '../health/consul/connect.ts'
import type { ConsulSettings } from '../health/consul/source.ts'
import type { Settings } from './settings.ts'

/** A token in a file is read again when the file changes; else `CONSUL_HTTP_TOKEN` and `CONSUL_HTTP_TOKEN_FILE`
 *  count, as for Consul's own commands. */
export function consulSettings(settings: Settings, environment: NodeJS.ProcessEnv): ConsulSettings {
  const tokenFile = settings['consul.token-file']
  const token = tokenFile === '' ? tokenFromEnvironment(environment) : { file: tokenFile }
  const tls = {
    ...(settings['consul.ca'] === '' ? {} : { caFile: settings['consul.ca'] }),
    ...(settings['consul.cert'] === '' ? {} : { certFile: settings['consul.cert'] }),
    ...(settings['consul.key'] === '' ? {} : { keyFile: settings['consul.key'] }),
  }
  const agentAt = (url: string): AgentSettings => ({ url, tls, ...(token === undefined ? {} : { token }) })
  const agents: Record<string, AgentSettings[]> = {}
  for (const { datacenter, url } of settings['consul.agents'])
    agents[datacenter] = [...(agents[datacenter] ?? []), agentAt(url)]
  return settings.consul === '' ? { agents } : { agents, local: agentAt(settings.consul) }
}

/** Undefined where orders stay on this node. */
export function orderSharing(settings: Settings, environment: NodeJS.ProcessEnv): OrderSharing | undefined {
  const prefix = settings['consul.kv']
  if (prefix === '') return undefined
  const { agents = {}, local } = consulSettings(settings, environment)
  const others = local === undefined ? [] : [local]
  const [anyone] = Object.values(agents)
  return {
    prefix,
    datacenters: settings['consul.kv-datacenters'],
    agents: datacenter =>
      datacenter === '' && local === undefined ? (anyone ?? []) : [...(agents[datacenter] ?? []), ...others],
  }
}
