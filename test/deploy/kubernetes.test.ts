/** The Kubernetes manifests: each file against the schemas of Kubernetes, both variants as kustomize renders them where
 *  kubectl is at hand, and what they promise. That zones of a ConfigMap are noticed is held by test/server/reload. */

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { parse, parseAllDocuments } from 'yaml'
import { SETTING_KEYS, variableOf } from '../../src/cli/settings.ts'
import { ROOT } from '../house/source.ts'
import { runMeridian } from '../server/meridian.ts'
import { withTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { complaintAbout, fieldMistakes, type Manifest } from './manifests.ts'

const FOLDER = join(ROOT, 'deploy', 'kubernetes')
const VARIANTS = { 'load-balancer': 'Deployment', 'host-network': 'DaemonSet' } as const
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.yaml'))
  .sort()
const PATCHES = FILES.filter(name => name.startsWith('monitoring/admin-'))
const KUSTOMIZATIONS = FILES.filter(name => name.endsWith('kustomization.yaml'))
const MANIFESTS = FILES.filter(name => !PATCHES.includes(name) && !KUSTOMIZATIONS.includes(name))

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[]
  readonly ports: readonly { readonly containerPort: number; readonly protocol: string }[]
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly livenessProbe: { readonly exec: { readonly command: readonly string[] } }
  readonly readinessProbe: { readonly exec: { readonly command: readonly string[] } }
  readonly volumeMounts: readonly {
    readonly name: string
    readonly mountPath: string
    readonly readOnly?: boolean
  }[]
}

interface PodSpec {
  readonly hostNetwork?: boolean
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly containers: readonly [Container]
  readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[]
}

const read = (name: string): Manifest => parse(readFileSync(join(FOLDER, name), 'utf8')) as Manifest

function podOf(manifest: Manifest): PodSpec {
  return (manifest.spec as { template: { spec: PodSpec } }).template.spec
}

const workloads = MANIFESTS.map(read).filter(({ kind }) => /^(?:Deployment|DaemonSet)$/.test(kind))

/** What `kubectl apply -k` would send. */
function rendered(context: Mocha.Context, dir: string): Manifest[] {
  if (spawnSync('kubectl', ['version', '--client']).status !== 0)
    skipWithReason(context, 'kubectl is missing on this machine (Debian has none): single files checked only')
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', dir], { encoding: 'utf8' })
  expect(status, stderr).to.equal(0)
  return parseAllDocuments(stdout).map(document => document.toJS() as Manifest)
}

async function complaints(manifests: readonly Manifest[]): Promise<string[]> {
  const found = await Promise.all(manifests.map(complaintAbout))
  return [...found.filter(text => text !== undefined), fieldMistakes(manifests)].filter(text => text !== '')
}

describe('the Kubernetes manifests', () => {
  it('are valid by the schemas of Kubernetes and the Prometheus operator', async function () {
    this.timeout(60_000)
    expect(await complaints(MANIFESTS.map(read))).to.deep.equal([])
  })

  it('would be told of a wrong value, an unknown field, a missing one', async function () {
    this.timeout(60_000)
    const budget = read('load-balancer/pod-disruption-budget.yaml')
    const told = (manifest: unknown): Promise<string[]> => complaints([manifest as Manifest])
    expect((await told({ ...budget, spec: { selector: 'all' } })).join()).to.include('selector')
    expect((await told({ ...budget, spec: { minAvailible: 1 } })).join()).to.include('minAvailible')
    const service = { ...read('load-balancer/service.yaml'), spec: { ports: [{ name: 'dns' }] } }
    expect((await told(service)).join()).to.match(/'?port'?/)
  })

  for (const [variant, kind] of Object.entries(VARIANTS))
    it(`are rendered by kustomize, with and without monitoring: ${variant}`, async function () {
      this.timeout(60_000)
      const plain = rendered(this, join(FOLDER, variant))
      expect(plain.map(each => each.kind)).to.include.members([
        kind,
        'ConfigMap',
        'PodDisruptionBudget',
        'Namespace',
      ])
      const watched = await withTempDir(dir => {
        cpSync(FOLDER, dir, { recursive: true })
        const path = join(dir, variant, 'kustomization.yaml')
        writeFileSync(path, `${readFileSync(path, 'utf8')}components: [../monitoring]\n`)
        return rendered(this, dirname(path))
      })
      expect(watched.map(each => each.kind)).to.include('ServiceMonitor')
      expect(await complaints([...plain, ...watched])).to.deep.equal([])
      const [container] = podOf(watched.find(each => each.kind === kind)!).containers
      expect(container.env.find(({ name }) => name === 'MERIDIAN_ADMIN')?.value).to.equal('0.0.0.0:9353')
      expect(container.ports.map(({ containerPort }) => containerPort).sort()).to.deep.equal([53, 53, 9353])
    })

  it('name every file that there is, and none that is not', () => {
    for (const name of KUSTOMIZATIONS) {
      const { resources = [], patches = [] } = parse(readFileSync(join(FOLDER, name), 'utf8')) as {
        resources?: string[]
        patches?: { path: string }[]
      }
      const named = [...resources, ...patches.map(({ path }) => path)]
      expect(
        named.filter(path => !existsSync(join(FOLDER, dirname(name), path))),
        name,
      ).to.deep.equal([])
      const there = FILES.filter(file => dirname(file) === dirname(name) && file !== name)
      expect(
        there.filter(file => !named.includes(file.slice(dirname(name).length + 1))),
        name,
      ).to.deep.equal([])
    }
  })
})

for (const manifest of workloads)
  describe(`the ${manifest.kind}`, () => {
    const pod = podOf(manifest)
    const [container] = pod.containers

    it('runs without root, with one right, on a read-only root file system', () => {
      expect(pod.securityContext).to.deep.include({ runAsNonRoot: true, runAsUser: 53530 })
      expect(pod.securityContext['seccompProfile']).to.deep.equal({ type: 'RuntimeDefault' })
      expect(container.securityContext).to.deep.equal({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
      })
      expect(pod.hostNetwork === true).to.equal(manifest.kind === 'DaemonSet')
    })

    it('runs as the user of the image, with what the image holds', () => {
      const dockerfile = readFileSync(join(ROOT, 'deploy', 'container', 'Dockerfile'), 'utf8')
      expect(dockerfile).to.match(/^USER 53530:53530$/m)
      for (const { exec } of [container.livenessProbe, container.readinessProbe])
        expect(dockerfile).to.include(exec.command[1]!.replace('/app/', 'deploy/container/'))
      expect(container.livenessProbe.exec.command.at(-1)).to.equal('/healthz')
      expect(container.readinessProbe.exec.command.at(-1)).to.equal('/readyz')
    })

    it('answers over UDP and TCP', () => {
      expect(
        container.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`),
      ).to.deep.equal(['53/UDP', '53/TCP'])
    })

    it('mounts its zones as a folder, never as single files, which would not follow a change', () => {
      const mount = container.volumeMounts.find(({ mountPath }) => mountPath === '/etc/meridian/zones')!
      expect(mount).to.deep.equal({ name: 'zones', mountPath: '/etc/meridian/zones', readOnly: true })
      expect(pod.volumes.find(({ name }) => name === 'zones')!.configMap).to.deep.equal({
        name: 'meridian-zones',
      })
    })

    it('sets only variables that the server knows', () => {
      const known = new Set(SETTING_KEYS.map(variableOf))
      const patches = PATCHES.map(read).map(patch => podOf(patch).containers[0])
      const set = [container, ...patches].flatMap(({ env }) => env.map(({ name }) => name))
      expect(set.filter(name => name.startsWith('MERIDIAN_') && !known.has(name))).to.deep.equal([])
    })
  })

describe('the zones of the ConfigMap', () => {
  it('hold', () => {
    const { code, stdout, stderr } = runMeridian(['check', join(FOLDER, 'base', 'zones')])
    expect(code, `${stdout}${stderr}`).to.equal(0)
  })

  it('keep their name when they change, so that running servers follow', () => {
    const base = parse(readFileSync(join(FOLDER, 'base', 'kustomization.yaml'), 'utf8')) as Record<
      string,
      unknown
    >
    expect(base['generatorOptions']).to.deep.equal({ disableNameSuffixHash: true })
  })
})
