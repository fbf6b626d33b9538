/** Where the outside programs are that tests use as oracles and rivals: on PATH, or fetched from Debian's archive,
 *  or missing with a reason. Knows nothing of what they are for.
 *
 *      before(async function () {
 *        dig = await tool('dig', this)      // skips this suite by name when there is none; fails under CI
 *      }) */

import { accessSync, constants } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canInstall, installPackages, unpackPackages, wrapProgram } from './debian.ts'
import { skipWithReason } from './skips.ts'

interface Source {
  readonly packages: readonly string[]
  /** Another Debian release that still has it. */
  readonly suite?: string
  /** Where its program is inside the package, if not in a bin folder. */
  readonly program?: string
  /** Arguments it needs when it runs from where it was unpacked; `$DIR` is that place. */
  readonly args?: readonly string[]
}

const BIND_UTILS: Source = { packages: ['bind9-utils'] }
const BIND_DNSUTILS: Source = { packages: ['bind9-dnsutils'] }

export const SOURCES = {
  dig: BIND_DNSUTILS,
  delv: BIND_DNSUTILS,
  'dnstap-read': BIND_DNSUTILS,
  nsupdate: BIND_DNSUTILS,
  fstrm_capture: { packages: ['fstrm-bin'] },
  named: { packages: ['bind9'] },
  'named-checkzone': BIND_UTILS,
  'named-checkconf': BIND_UTILS,
  'named-compilezone': BIND_UTILS,
  'dnssec-keygen': BIND_UTILS,
  'dnssec-signzone': BIND_UTILS,
  'dnssec-verify': BIND_UTILS,
  'dnssec-dsfromkey': BIND_UTILS,
  nsd: { packages: ['nsd'] },
  'nsd-checkconf': { packages: ['nsd'] },
  'nsd-checkzone': { packages: ['nsd'] },
  knotd: { packages: ['knot', 'knot-module-geoip'] },
  knotc: { packages: ['knot'] },
  kdig: { packages: ['knot-dnsutils'] },
  kzonecheck: { packages: ['knot-dnssecutils'] },
  'ldns-read-zone': { packages: ['ldnsutils'] },
  'ldns-verify-zone': { packages: ['ldnsutils'] },
  gdnsd: { packages: ['gdnsd'] },
  pdns_server: {
    packages: ['pdns-server', 'pdns-backend-bind', 'pdns-backend-geoip'],
    args: ['--module-dir=$DIR/usr/lib/x86_64-linux-gnu/pdns'],
  },
  unbound: { packages: ['unbound'] },
  promtool: { packages: ['prometheus'] },
  chromium: { packages: ['chromium'], program: 'usr/lib/chromium/chromium' },
  mmdebstrap: { packages: ['mmdebstrap'] },
  'systemd-analyze': { packages: ['systemd'] },
  taskset: { packages: ['util-linux'] },
  unshare: { packages: ['util-linux'] },
  ip: { packages: ['iproute2'] },
  script: { packages: ['bsdutils'] },
  jq: { packages: ['jq'] },
  curl: { packages: ['curl'] },
  openssl: { packages: ['openssl'] },
  nc: { packages: ['netcat-openbsd'], program: 'bin/nc.openbsd' },
  bash: { packages: ['bash'] },
  zsh: { packages: ['zsh'] },
  fish: { packages: ['fish'] },
  // Gone from Debian since bookworm; its package of before needs nothing but the C library.
  consul: { packages: ['consul'], suite: 'bullseye' },
} as const satisfies Record<string, Source>

export type ToolName = keyof typeof SOURCES

const CACHE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.cache', 'debian')
/** Daemons live in sbin, which is not on everybody's PATH. */
const MORE_PATH = ['/usr/sbin', '/usr/local/sbin', '/sbin']

export type Found = { readonly path: string } | { readonly missing: string }

const known = new Map<ToolName, Found>()

/** The absolute path of a program. Where there is none: inside a test or hook that hands its `this`, what that
 *  covers is skipped with the reason; without a context, and always under CI, it throws. */
export async function tool(name: ToolName, context?: Mocha.Context): Promise<string> {
  const found = findTool(name)
  if ('path' in found) return found.path
  const reason = `${name} is missing: ${found.missing}`
  if (context === undefined || underCi()) throw new Error(reason)
  return skipWithReason(context, reason)
}

export function underCi(): boolean {
  return /^(?:1|true)$/i.test(process.env['CI'] ?? '')
}

export function findTool(name: ToolName): Found {
  return fetchTools([name]).get(name)!
}

/** Looks for many at once, so that what is missing is fetched in one go. */
export function fetchTools(names: readonly ToolName[]): Map<ToolName, Found> {
  for (const name of names) {
    const path = onPath(name)
    if (path !== undefined) known.set(name, { path })
  }
  const missing = names.filter(name => !known.has(name))
  if (missing.length > 0) installTogether(missing)
  for (const name of names) if (!known.has(name)) known.set(name, unpackTool(name))
  return new Map(names.map(name => [name, known.get(name)!]))
}

function onPath(name: string): string | undefined {
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), ...MORE_PATH, join(CACHE, 'bin')]
  return dirs
    .filter(dir => dir !== '')
    .map(dir => join(dir, name))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installTogether(names: readonly ToolName[]): void {
  if (canInstall() !== undefined || fetchingIsOff()) return
  const fromHere = names.filter(name => !('suite' in SOURCES[name]))
  if (fromHere.length === 0) return
  installPackages([...new Set(fromHere.flatMap(name => SOURCES[name].packages))])
  for (const name of fromHere) {
    const path = onPath(name)
    if (path !== undefined) known.set(name, { path })
  }
}

function fetchingIsOff(): boolean {
  return process.env['MERIDIAN_FETCH'] === '0'
}

function unpackTool(name: ToolName): Found {
  if (fetchingIsOff()) return { missing: 'not on PATH, and MERIDIAN_FETCH=0 forbids fetching' }
  const source: Source = SOURCES[name]
  const failure =
    unpackPackages(source.packages, CACHE, source.suite === undefined ? {} : { suite: source.suite }) ??
    wrapProgram(CACHE, name, source.program, source.args)
  return failure === undefined ? { path: join(CACHE, 'bin', name) } : { missing: failure }
}
