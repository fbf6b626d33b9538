/** What tests of Consul's rights share: a master token, servers that refuse whoever has none, and tokens with rules. */

import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { ConsulServer } from './consul.ts'

export const MASTER = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

/** More lines of the `acl` block may follow. */
export function guardedHcl(more = ''): string {
  return `acl {
  enabled = true
  default_policy = "deny"
  tokens { master = "${MASTER}" agent = "${MASTER}" replication = "${MASTER}" }
  ${more}
}`
}

export const READ_ALL = 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }'
export const SERVICES_ONLY = 'service_prefix "" { policy = "read" }'

/** Rules for `call('PUT', '/acl/…')`, as a token with just these rights. Returns its secret and accessor. */
export async function makeToken(
  server: ConsulServer,
  rules: string,
): Promise<{ secret: string; accessor: string; policy: string }> {
  const name = `policy-${randomUUID()}`
  const policy = JSON.parse(await server.call('PUT', '/acl/policy', { Name: name, Rules: rules })) as {
    ID: string
  }
  const token = JSON.parse(
    await server.call('PUT', '/acl/token', { Policies: [{ ID: policy.ID }] }),
  ) as Record<string, string>
  return { secret: token['SecretID']!, accessor: token['AccessorID']!, policy: policy.ID }
}

export function writeToken(path: string, secret: string): void {
  writeFileSync(path, `${secret}\n`)
}
