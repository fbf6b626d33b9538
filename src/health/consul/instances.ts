/** Consul's health entries → instances as the judge needs them, in an order and a form in which equal states are
 *  equal texts. The edge: whatever is not as Consul documents it is refused whole. Knows no network. */

import { isIPv4, isIPv6 } from 'node:net'

export type InstanceStatus = 'passing' | 'warning' | 'critical'
export type Maintenance = 'none' | 'service' | 'node'

export interface InstanceAddresses {
  readonly lan4?: string
  readonly lan6?: string
  readonly wan4?: string
  readonly wan6?: string
  /** The service's own address, else its node's; may be a host name. */
  readonly service: string
}

export interface Instance {
  readonly id: string
  readonly node: string
  readonly addresses: InstanceAddresses
  readonly port: number
  /** The worst of its checks and its node's, maintenance left out: that is a drain, not a failure. */
  readonly status: InstanceStatus
  readonly weights: { readonly passing: number; readonly warning: number }
  readonly maintenance: Maintenance
  readonly tags: readonly string[]
}

/** Sorted by node and id, or why not. */
export function readInstances(entries: readonly unknown[]): readonly Instance[] | string {
  const instances: Instance[] = []
  for (const entry of entries) {
    const instance = readInstance(entry)
    if (typeof instance === 'string') return instance
    instances.push(instance)
  }
  return instances.sort((a, b) => order(keyOf(a), keyOf(b)))
}

export function keyOf(instance: Instance): string {
  return `${instance.node}\0${instance.id}`
}

/** Equal for equal states: the order of an object's keys here is always the same. */
export function sameInstances(a: readonly Instance[], b: readonly Instance[]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function readInstance(entry: unknown): Instance | string {
  const fields = fieldsOf(entry)
  const node = fieldsOf(fields?.['Node'])
  const service = fieldsOf(fields?.['Service'])
  const checks = fields?.['Checks'] ?? []
  if (node === undefined || service === undefined || !Array.isArray(checks))
    return 'an entry without Node, Service and Checks'
  const name = node['Node']
  const id = service['ID']
  if (typeof name !== 'string' || typeof id !== 'string') return 'an entry without node name and service ID'
  const judged = readChecks(checks as readonly unknown[])
  if (typeof judged === 'string') return `${id}: ${judged}`
  const addresses = readAddresses(node, service)
  if (addresses === undefined) return `${id}: no address`
  const weights = fieldsOf(service['Weights'])
  const tags = Array.isArray(service['Tags']) ? service['Tags'] : []
  return {
    id,
    node: name,
    addresses,
    port: wholeNumber(service['Port']) ?? 0,
    status: judged.status,
    weights: {
      passing: wholeNumber(weights?.['Passing']) ?? 1,
      warning: wholeNumber(weights?.['Warning']) ?? 1,
    },
    maintenance: judged.maintenance,
    tags: tags.filter(tag => typeof tag === 'string').sort(),
  }
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

const RANK: Readonly<Record<InstanceStatus, number>> = { passing: 0, warning: 1, critical: 2 }

function isStatus(value: unknown): value is InstanceStatus {
  return value === 'passing' || value === 'warning' || value === 'critical'
}

function readChecks(
  checks: readonly unknown[],
): { status: InstanceStatus; maintenance: Maintenance } | string {
  let status: InstanceStatus = 'passing'
  let maintenance: Maintenance = 'none'
  for (const check of checks) {
    const { CheckID, Status } = fieldsOf(check) ?? {}
    if (typeof CheckID !== 'string' || !isStatus(Status)) return `a check with status ${String(Status)}`
    if (CheckID === '_node_maintenance') {
      if (Status === 'critical') maintenance = 'node'
    } else if (CheckID.startsWith('_service_maintenance:')) {
      if (Status === 'critical' && maintenance === 'none') maintenance = 'service'
    } else if (RANK[Status] > RANK[status]) {
      status = Status
    }
  }
  return { status, maintenance }
}

/** A service without an address of its own lives at its node's. */
function readAddresses(node: Fields, service: Fields): InstanceAddresses | undefined {
  const own = textOf(service['Address'])
  const main = own ?? textOf(node['Address'])
  if (main === undefined) return undefined
  const tagged = taggedOf(service, own === undefined ? node['TaggedAddresses'] : undefined)
  const lan4 = ofFamily(isIPv4, tagged('lan_ipv4'), tagged('lan'), main)
  const lan6 = ofFamily(isIPv6, tagged('lan_ipv6'), tagged('lan'), main)
  const wan4 = wideAddress(isIPv4, tagged('wan_ipv4'), tagged('wan'), main)
  const wan6 = wideAddress(isIPv6, tagged('wan_ipv6'), tagged('wan'), main)
  return {
    ...(lan4 === undefined ? {} : { lan4 }),
    ...(lan6 === undefined ? {} : { lan6 }),
    ...(wan4 === undefined ? {} : { wan4 }),
    ...(wan6 === undefined ? {} : { wan6 }),
    service: main,
  }
}

/** Consul fills a missing `wan_ipv4` from the service's address even where `wan` says otherwise; there, `wan` is
 *  what somebody wrote. */
function wideAddress(
  isFamily: (text: string) => boolean,
  exact: string | undefined,
  wide: string | undefined,
  main: string,
): string | undefined {
  const filledIn = exact === main && wide !== main
  return filledIn ? ofFamily(isFamily, wide, exact) : ofFamily(isFamily, exact, wide)
}

function ofFamily(
  isFamily: (text: string) => boolean,
  ...candidates: readonly (string | undefined)[]
): string | undefined {
  // A zone index (`fe80::1%eth0`) means something on one host only.
  return candidates.find(text => text !== undefined && isFamily(text) && !text.includes('%'))
}

/** Tagged addresses are objects on a service and texts on a node; the service's come first. */
function taggedOf(service: Fields, nodeTagged: unknown): (tag: string) => string | undefined {
  const ofService = fieldsOf(service['TaggedAddresses'])
  const ofNode = fieldsOf(nodeTagged)
  return tag => textOf(fieldsOf(ofService?.[tag])?.['Address']) ?? textOf(ofNode?.[tag])
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
