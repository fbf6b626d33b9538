/** Checks of the doctor on hosts that we cannot make: each is told what it would read there. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { monotonicMs, wallClockMs } from '../../src/base/clock.ts'
import { lookAtClock } from '../../src/doctor/consul.ts'
import { examine, LOOKS } from '../../src/doctor/examine.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import {
  kernelClock,
  lookAtFiles,
  lookAtMemory,
  lookAtNative,
  lookAtNode,
  lookAtSharing,
  lookAtWorkers,
} from '../../src/doctor/host.ts'
import { lookAtBuffers, lookAtIpv6, lookAtListening, lookAtTracking } from '../../src/doctor/network.ts'
import type { Patient, PatientSettings } from '../../src/doctor/patient.ts'

function patient(
  files: Readonly<Record<string, string>> = {},
  settings: Partial<PatientSettings> = {},
  more: Partial<Patient> = {},
): Patient {
  return {
    settings: {
      zones: 'zones',
      state: '.meridian',
      listen: [{ address: '192.0.2.53', port: 53 }],
      listensByDefault: false,
      workers: 2,
      udp: 'auto',
      connectionsMax: 1000,
      ...settings,
    },
    clock: monotonicMs,
    wallClock: wallClockMs,
    read: path => files[path],
    version: '1.0.0',
    nodeMin: '20.19',
    zones: () => ({ problems: [], zones: [], wanted: [] }),
    geo: () => ({ info: { sources: [] }, problems: [] }),
    adminFault: async () => undefined,
    server: undefined,
    consul: undefined,
    ...more,
  }
}

const limits = (files: string): Record<string, string> => ({
  '/proc/self/limits': `Limit                     Soft Limit           Hard Limit           Units
Max processes             1024                 1024                 processes
Max open files            64                   ${files}                 files
`,
})
const tracking = (count: string, max: string): Record<string, string> => ({
  '/proc/sys/net/netfilter/nf_conntrack_count': `${count}\n`,
  '/proc/sys/net/netfilter/nf_conntrack_max': `${max}\n`,
})
const SNMP = 'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdp: 100000 0 0 0'
const ONLY_LOOPBACK = '00000000000000000000000000000001 01 80 10 80       lo\n'
const LOCAL_V6 = `fd000000000000000000000000000002 04 40 00 82     eth0\n${ONLY_LOOPBACK}`
const PUBLIC_V6 = `20010db8000000000000000000000002 04 40 00 82     eth0\n${ONLY_LOOPBACK}`
const V6 = '/proc/net/if_inet6'
const GROUP = { '/proc/self/cgroup': '0::/box\n' }

type Case = readonly [string, () => Finding | readonly Finding[], Finding['state'], RegExp]

const CASES: readonly Case[] = [
  ['an old Node', () => lookAtNode(patient(), '18.20.1'), 'failure', /Node 18\.20\.1 is older than 20\.19/],
  ['a Node one minor too old', () => lookAtNode(patient(), '20.18.9'), 'failure', /older/],
  ['the Node that is asked for', () => lookAtNode(patient(), '20.19.0'), 'fine', /20\.19\.0/],
  [
    'koffi that does not load',
    () => lookAtNative(patient(), 'koffi does not load: no'),
    'warning',
    /falls back/,
  ],
  [
    'koffi that does not load where it is insisted on',
    () => lookAtNative(patient({}, { udp: 'native' }), 'koffi does not load: no'),
    'failure',
    /cannot work/,
  ],
  ['no koffi where none is wanted', () => lookAtNative(patient({}, { udp: 'dgram' }), 'no'), 'fine', /dgram/],
  ['this kernel', () => lookAtSharing(patient()), 'fine', /SO_REUSEPORT/],
  [
    'more workers than cores',
    () => lookAtWorkers(patient({}, { workers: 8 }), 4),
    'warning',
    /8 workers, 4 cores/,
  ],
  [
    'a CPU quota',
    () => lookAtWorkers(patient({ ...GROUP, '/sys/fs/cgroup/box/cpu.max': '150000 100000\n' }), 4),
    'warning',
    /a quota of 1\.5 processors/,
  ],
  [
    'a CPU quota inside a container',
    () => lookAtWorkers(patient({ '/sys/fs/cgroup/cpu.max': '50000 100000\n' }), 4),
    'warning',
    /a quota of 0\.5 processors/,
  ],
  [
    'a CPU quota of the old kind',
    () =>
      lookAtWorkers(
        patient({
          '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000\n',
          '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
        }),
        4,
      ),
    'warning',
    /a quota of 1 processors/,
  ],
  [
    'no CPU quota',
    () => lookAtWorkers(patient({ ...GROUP, '/sys/fs/cgroup/box/cpu.max': 'max 100000\n' }), 2),
    'fine',
    /2 workers, 2 cores/,
  ],
  [
    'little memory',
    () => lookAtMemory(patient({ '/proc/meminfo': 'MemAvailable:  102400 kB\n' })),
    'warning',
    /100 MB/,
  ],
  [
    'a memory limit',
    () =>
      lookAtMemory(
        patient({
          ...GROUP,
          '/proc/meminfo': 'MemAvailable: 8388608 kB\n',
          '/sys/fs/cgroup/box/memory.max': '134217728\n',
        }),
      ),
    'warning',
    /128 MB/,
  ],
  ['memory that is not told of', () => lookAtMemory(patient()), 'unknown', /cannot be told/],
  ['no files to speak of', () => lookAtFiles(patient(limits('128'))), 'failure', /128 files/],
  ['few files', () => lookAtFiles(patient(limits('1024'))), 'warning', /1,024 files may be open, 1000 TCP/],
  ['files enough', () => lookAtFiles(patient(limits('524288'))), 'fine', /524,288/],
  ['any number of files', () => lookAtFiles(patient(limits('unlimited'))), 'fine', /may be open/],
  [
    'the limits of a server that runs, not our own',
    () =>
      lookAtFiles(
        patient(
          { ...limits('524288'), '/proc/77/limits': limits('300')['/proc/self/limits']! },
          {},
          { server: { pid: 77, version: '1.0.0', listen: [] } },
        ),
      ),
    'warning',
    /300 files/,
  ],
  [
    'small socket buffers',
    () =>
      lookAtBuffers(
        patient({ '/proc/sys/net/core/rmem_max': '212992\n', '/proc/net/snmp': `${SNMP} 500\n` }),
      ),
    'warning',
    /208 KB at most.* about 554 queries.*500 datagrams/,
  ],
  [
    'large socket buffers',
    () => lookAtBuffers(patient({ '/proc/sys/net/core/rmem_max': '16777216\n' })),
    'fine',
    /16 MB/,
  ],
  ['buffers that are not told of', () => lookAtBuffers(patient()), 'unknown', /cannot be told/],
  ['no tracking', () => lookAtTracking(patient(tracking('0', '262144'))), 'fine', /tracks no/],
  [
    'tracking',
    () => lookAtTracking(patient(tracking('900', '262144'))),
    'warning',
    /900 of 262,144; every UDP query/,
  ],
  [
    'a full table',
    () => lookAtTracking(patient(tracking('262000', '262144'))),
    'warning',
    /queries are dropped/,
  ],
  ['tracking that cannot be seen', () => lookAtTracking(patient()), 'unknown', /cannot be seen/],
  ['no IPv6', () => lookAtIpv6(patient()), 'warning', /has no IPv6/],
  ['loopback IPv6', () => lookAtIpv6(patient({ [V6]: ONLY_LOOPBACK })), 'warning', /no public IPv6/],
  ['local IPv6', () => lookAtIpv6(patient({ [V6]: LOCAL_V6 })), 'warning', /no public IPv6/],
  [
    'IPv6 that is not used',
    () => lookAtIpv6(patient({ [V6]: PUBLIC_V6 })),
    'warning',
    /only IPv4 is listened on/,
  ],
  [
    'IPv6',
    () => lookAtIpv6(patient({ [V6]: PUBLIC_V6 }, { listen: [{ address: '::', port: 53 }] })),
    'fine',
    /public IPv6/,
  ],
]

describe("the doctor's checks", () => {
  for (const [what, look, state, text] of CASES)
    it(`find ${what}: ${state}`, () => {
      const found = [look()].flat().find(finding => finding.state === state)
      expect(found?.text, JSON.stringify(look())).to.match(text)
      expect(found?.mend === undefined, 'mend').to.equal(state === 'fine' || state === 'unknown')
    })

  it('take an address that the running server has for its own', async () => {
    const server = { pid: 77, version: '1.0.0', listen: ['192.0.2.53:53'] }
    const findings = await lookAtListening(patient({}, {}, { server }))
    expect(findings).to.deep.equal([
      { state: 'fine', text: '192.0.2.53:53 is answered by the running server (process 77)' },
    ])
  })

  it('say so when one of them fails itself, and go on', async () => {
    const nothing = Object.fromEntries(
      Object.keys(LOOKS).map(name => [name, () => []]),
    ) as unknown as typeof LOOKS
    const looks: typeof LOOKS = {
      ...nothing,
      memory: () => {
        throw new Error('oh')
      },
      server: LOOKS.server,
    }
    const server = { pid: 77, version: '0.9.0', listen: [] }
    const found = await examine(patient({}, {}, { server }), looks)
    expect(found.map(({ check, state }) => [check, state])).to.deep.equal([
      ['memory', 'unknown'],
      ['server', 'warning'],
    ])
    expect(found[0]!.text).to.match(/bug of ours: Error: oh/)
  })
})

describe("the doctor's look at the clock", () => {
  const KEPT = { isKept: true, errorMs: 12.3 }
  const WILD = { isKept: false, errorMs: 16_000_000 }

  it('asks the kernel, where it can', () => {
    const kernel = kernelClock()
    if (process.platform !== 'linux') return expect(kernel).to.equal(undefined)
    return expect(kernel!.errorMs).to.be.at.least(0)
  })

  /** A Consul whose clock is off by so much. */
  async function look(offMs: number | undefined, kernel: typeof KEPT | undefined): Promise<Finding> {
    if (offMs === undefined) return lookAtClock(patient(), kernel)
    const server = createServer((_, response) => {
      response.setHeader('Date', new Date(Date.now() + offMs).toUTCString())
      response.end('"127.0.0.1:8300"')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      return await lookAtClock(patient({}, {}, { consul: { local: { url } } }), kernel)
    } finally {
      server.close()
    }
  }

  const TOLD: readonly [string, number | undefined, typeof KEPT | undefined, Finding['state'], RegExp][] = [
    ['kept', undefined, KEPT, 'fine', /within 13 ms/],
    ['kept by nobody, and nobody to ask', undefined, WILD, 'unknown', /nobody keeps this clock/],
    ['not to be asked for', undefined, undefined, 'unknown', /cannot be told/],
    ['kept, and a minute from Consul’s', 60_000, KEPT, 'warning', /60 s apart/],
    ['ten minutes from Consul’s', -600_000, KEPT, 'failure', /600 s apart: certificates/],
    // The agent is on this very host: it has our clock, and proves nothing.
    ['kept by nobody, and that of our own agent', 0, WILD, 'unknown', /no other to compare/],
  ]
  for (const [what, offMs, kernel, state, text] of TOLD)
    it(`finds one that is ${what}: ${state}`, async () => {
      const finding = await look(offMs, kernel)
      expect(finding.state).to.equal(state)
      expect(finding.text).to.match(text)
    })
})
