/** Consul's entries read as instances, and what is refused. */

import { expect } from 'chai'
import { readInstances } from '../../../src/health/consul/instances.ts'

interface Parts {
  readonly node?: Record<string, unknown>
  readonly service?: Record<string, unknown>
  readonly checks?: readonly unknown[]
}

const entryOf = ({ node, service, checks }: Parts): unknown => ({
  Node: { Node: 'n1', Address: '10.0.0.1', ...node },
  Service: { ID: 's1', Service: 'web', Address: '', Port: 80, ...service },
  Checks: checks ?? [],
})
const read = (parts: Parts): ReturnType<typeof readInstances> => readInstances([entryOf(parts)])
const one = (parts: Parts): Exclude<ReturnType<typeof readInstances>, string>[number] => {
  const instances = read(parts)
  if (typeof instances === 'string') throw new Error(instances)
  return instances[0]!
}
const check = (id: string, status: string): unknown => ({ CheckID: id, Status: status })
const at = (Address: string): unknown => ({ Address, Port: 1 })

describe('instances from Consul', () => {
  const statuses: [string, readonly unknown[], string, string][] = [
    ['no checks', [], 'passing', 'none'],
    ['the worst counts', [check('a', 'passing'), check('b', 'warning')], 'warning', 'none'],
    ['the node’s count too', [check('serfHealth', 'critical'), check('a', 'passing')], 'critical', 'none'],
    ['service maintenance', [check('_service_maintenance:s1', 'critical')], 'passing', 'service'],
    ['node maintenance', [check('_node_maintenance', 'critical'), check('a', 'warning')], 'warning', 'node'],
    [
      'both maintenances',
      [check('_node_maintenance', 'critical'), check('_service_maintenance:s1', 'critical')],
      'passing',
      'node',
    ],
  ]
  for (const [what, checks, status, maintenance] of statuses)
    it(`status and maintenance: ${what}`, () => {
      expect(one({ checks })).to.include({ status, maintenance })
    })

  const addresses: [string, Parts, Record<string, string>][] = [
    ['the node’s', {}, { lan4: '10.0.0.1', service: '10.0.0.1' }],
    [
      'the node’s tagged ones',
      { node: { TaggedAddresses: { lan: '10.0.0.1', wan: '198.51.100.1', wan_ipv6: '2001:db8::1' } } },
      { lan4: '10.0.0.1', wan4: '198.51.100.1', wan6: '2001:db8::1', service: '10.0.0.1' },
    ],
    [
      'the service’s before the node’s',
      { service: { Address: '10.9.9.9' }, node: { TaggedAddresses: { wan: '198.51.100.1' } } },
      { lan4: '10.9.9.9', service: '10.9.9.9' },
    ],
    [
      '`wan` where Consul filled wan_ipv4 from the address',
      {
        service: {
          Address: '10.9.9.9',
          TaggedAddresses: { wan: at('198.51.100.9'), wan_ipv4: at('10.9.9.9') },
        },
      },
      { lan4: '10.9.9.9', wan4: '198.51.100.9', service: '10.9.9.9' },
    ],
    [
      'wan_ipv4 where it was written',
      {
        service: {
          Address: '10.9.9.9',
          TaggedAddresses: { wan: at('198.51.100.9'), wan_ipv4: at('198.51.100.8') },
        },
      },
      { lan4: '10.9.9.9', wan4: '198.51.100.8', service: '10.9.9.9' },
    ],
    [
      'a host name as the service’s only',
      { service: { Address: 'lb.example', TaggedAddresses: { wan: at('lb.example') } } },
      { service: 'lb.example' },
    ],
    ['IPv6 without a zone index', { service: { Address: 'fe80::1%eth0' } }, { service: 'fe80::1%eth0' }],
    ['IPv6', { service: { Address: 'fd00::1' } }, { lan6: 'fd00::1', service: 'fd00::1' }],
  ]
  for (const [what, parts, expected] of addresses)
    it(`addresses: ${what}`, () => {
      expect(one(parts).addresses).to.deep.equal(expected)
    })

  it('are in one order whatever Consul’s', () => {
    const [a, b, c] = [
      { service: { ID: 'b' } },
      { service: { ID: 'a' } },
      { service: { ID: 'a' }, node: { Node: 'n0' } },
    ].map(entryOf)
    expect(readInstances([a, b, c])).to.deep.equal(readInstances([c, a, b]))
  })

  const refused: [string, readonly unknown[]][] = [
    ['no object', [null]],
    ['no node', [{ Service: {}, Checks: [] }]],
    ['checks that are no list', [{ ...(entryOf({}) as object), Checks: {} }]],
    ['a check without a status', [entryOf({ checks: [{ CheckID: 'a' }] })]],
    ['a status of another Consul', [entryOf({ checks: [check('a', 'maybe')] })]],
    ['no address anywhere', [entryOf({ node: { Address: '' } })]],
    ['one bad among good', [entryOf({}), 7]],
  ]
  for (const [what, entries] of refused)
    it(`refuse the whole reply: ${what}`, () => {
      expect(readInstances(entries)).to.be.a('string')
    })
})
