/** Getting programs from Debian's archive: installed when we are root, otherwise unpacked with the libraries they
 *  need into a folder of ours, started through wrapper scripts. No host is named anywhere: apt's own sources and
 *  keyring are used. Knows packages, not what tests do with them. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a fetch came to: nothing to say, or why it failed. */
export type Failure = string | undefined

export interface UnpackOptions {
  /** Another release to take the packages from; their dependencies are then left out. */
  readonly suite?: string
  /** Runs apt as this user and group id, to try what a user without rights would get. */
  readonly userId?: number
}

const APT_TIMEOUT_MS = 240_000

function run(command: readonly string[], cwd?: string): SpawnSyncReturns<string> {
  return spawnSync(command[0]!, command.slice(1), {
    encoding: 'utf8',
    timeout: APT_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  })
}

function failureOf(what: string, result: SpawnSyncReturns<string>): Failure {
  if (result.status === 0) return undefined
  if (result.error !== undefined) return `${what}: ${result.error.message}`
  const said = `${result.stderr}\n${result.stdout}`.split('\n').filter(line => /^E: |error/i.test(line))
  return `${what}: ${said.slice(0, 3).join('; ') || `status ${result.status ?? result.signal}`}`
}

export function canInstall(): Failure {
  if (process.platform !== 'linux' || run(['apt-get', '--version']).status !== 0)
    return 'no apt-get on this machine'
  return process.getuid?.() === 0 ? undefined : 'not root'
}

/** Installs packages for the whole machine without letting their daemons start. */
export function installPackages(packages: readonly string[]): Failure {
  const reason = canInstall()
  if (reason !== undefined) return reason
  const install = ['apt-get', '-y', '-q', '--no-install-recommends', 'install', ...packages]
  return withoutServices(() => {
    if (run(install).status === 0) return undefined
    // A bare machine has no package lists, an old one stale ones.
    const updated = failureOf('apt-get update', run(['apt-get', '-q', 'update']))
    return updated ?? failureOf('apt-get install', run(install))
  })
}

const POLICY_PATH = '/usr/sbin/policy-rc.d'

/** invoke-rc.d asks policy-rc.d whether it may start a service; 101 forbids it. */
function withoutServices(work: () => Failure): Failure {
  if (existsSync(POLICY_PATH)) return work()
  writeFileSync(POLICY_PATH, '#!/bin/sh\nexit 101\n')
  chmodSync(POLICY_PATH, 0o755)
  try {
    return work()
  } finally {
    rmSync(POLICY_PATH, { force: true })
  }
}

/** Downloads packages, with whatever they need that is not installed, and unpacks all of it into `dir`. */
export function unpackPackages(
  packages: readonly string[],
  dir: string,
  options: UnpackOptions = {},
): Failure {
  if (process.platform !== 'linux' || run(['dpkg-deb', '--version']).status !== 0)
    return 'no Debian packages on this platform'
  const work = mkdtempSync(join(tmpdir(), 'meridian-apt-'))
  try {
    for (const folder of ['lists/partial', 'archives/partial'])
      mkdirSync(join(work, folder), { recursive: true })
    // apt fetches as a user of its own when root starts it.
    run(['chmod', '-R', 'a+rwX', work])
    const failure = download(packages, work, options)
    return failure ?? unpackAll(join(work, 'archives'), dir)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function download(packages: readonly string[], work: string, options: UnpackOptions): Failure {
  const as =
    options.userId === undefined
      ? []
      : [
          'setpriv',
          `--reuid=${options.userId}`,
          `--regid=${options.userId}`,
          '--clear-groups',
          'env',
          `HOME=${work}`,
        ]
  const base = ['Debug::NoLocking=1', `Dir::Cache=${work}`, `Dir::Cache::archives=${work}/archives`]
  const apt = (settings: readonly string[], ...command: string[]): SpawnSyncReturns<string> =>
    run(
      [...as, 'apt-get', '-y', '-q', ...settings.flatMap(setting => ['-o', setting]), ...command],
      join(work, 'archives'),
    )
  const ownLists = [...base, `Dir::State::lists=${work}/lists`]
  if (options.suite !== undefined) return downloadFromSuite(packages, options.suite, work, apt, ownLists)
  const fetch = ['--download-only', '--reinstall', '--no-install-recommends', 'install', ...packages]
  if (apt(base, ...fetch).status === 0) return undefined
  const updated = failureOf('apt-get update', apt(ownLists, 'update'))
  return updated ?? failureOf('apt-get download', apt(ownLists, ...fetch))
}

/** Tries every archive root that this machine's own sources name, with another suite of it. */
function downloadFromSuite(
  packages: readonly string[],
  suite: string,
  work: string,
  apt: (settings: readonly string[], ...command: string[]) => SpawnSyncReturns<string>,
  ownLists: readonly string[],
): Failure {
  const keyring = [
    '/usr/share/keyrings/debian-archive-keyring.gpg',
    '/usr/share/keyrings/debian-archive-keyring.pgp',
    `/usr/share/keyrings/debian-archive-${suite}-stable.gpg`,
  ].find(path => existsSync(path))
  if (keyring === undefined) return 'no Debian archive keyring'
  const roots = archiveRoots(apt(ownLists, 'update', '--print-uris').stdout)
  if (roots.length === 0) return 'apt has no package sources on this machine'
  const settings = [
    ...ownLists,
    `Dir::Etc::sourcelist=${work}/sources.list`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferences=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    'Acquire::Languages=none',
  ]
  let failure: Failure
  for (const root of roots) {
    writeFileSync(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${root} ${suite} main\n`)
    failure = failureOf(`apt-get update (${suite})`, apt(settings, 'update'))
    failure ??= failureOf(`apt-get download (${suite})`, apt(settings, 'download', ...packages))
    if (failure === undefined) return undefined
  }
  return failure
}

/** Where apt gets packages from on this machine: archive roots, and the release it runs. */
export function archiveOfHere(): { readonly roots: readonly string[]; readonly suite: string } {
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
  const printed = run(['apt-get', 'update', '--print-uris']).stdout
  return { roots: archiveRoots(printed).filter(root => printed.includes(`${root}/dists/${suite}/`)), suite }
}

function archiveRoots(printedUris: string): string[] {
  const roots = [...printedUris.matchAll(/^'([^']+)\/dists\/[^']*Release'/gm)].map(match => match[1]!)
  return [...new Set(roots)].filter(root => !root.endsWith('-security'))
}

function unpackAll(archives: string, dir: string): Failure {
  mkdirSync(dir, { recursive: true })
  const files = readdirSync(archives).filter(name => name.endsWith('.deb'))
  if (files.length === 0) return 'apt fetched nothing'
  for (const name of files) {
    const failure = failureOf(`unpacking ${name}`, run(['dpkg-deb', '-x', join(archives, name), dir]))
    if (failure !== undefined) return failure
  }
  return undefined
}

const BIN_DIRS = ['usr/bin', 'usr/sbin', 'bin', 'sbin', 'usr/local/bin']

/** Writes `bin/NAME` below `dir`, which starts the unpacked program with the unpacked libraries. */
export function wrapProgram(
  dir: string,
  name: string,
  programPath?: string,
  args: readonly string[] = [],
): Failure {
  const candidates = programPath === undefined ? BIN_DIRS.map(bin => join(bin, name)) : [programPath]
  const found = candidates.map(path => join(dir, path)).find(path => existsSync(path))
  if (found === undefined) return `its package holds no ${candidates[0]}`
  const script = [
    '#!/bin/sh',
    `LD_LIBRARY_PATH='${libraryDirs(dir).join(':')}'\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
    'export LD_LIBRARY_PATH',
    `exec '${realpathSync(found)}' ${args.map(arg => `'${arg.replaceAll('$DIR', dir)}' `).join('')}"$@"`,
    '',
  ]
  mkdirSync(join(dir, 'bin'), { recursive: true })
  writeFileSync(join(dir, 'bin', name), script.join('\n'))
  chmodSync(join(dir, 'bin', name), 0o755)
  return undefined
}

function libraryDirs(dir: string): string[] {
  const found = new Set<string>()
  for (const lib of ['usr/lib', 'lib']) {
    if (!existsSync(join(dir, lib))) continue
    for (const entry of readdirSync(join(dir, lib), { recursive: true, encoding: 'utf8' }))
      if (/\.so(\.\d+)*$/.test(entry)) found.add(join(dir, lib, entry, '..'))
  }
  return [...found].sort()
}
