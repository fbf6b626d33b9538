/** Kubernetes manifests against the schemas of Kubernetes, offline. Values are checked by the validators of
 *  kubernetes-models, which let unknown fields pass; those are found by the compiler, for which each manifest is
 *  written down as a literal of its type. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../house/source.ts'

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  readonly spec?: unknown
}

interface Model {
  validate(): void
}

function modulePath({ apiVersion, kind }: Manifest): string {
  const library = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models'
  return `${library}/${apiVersion}/${kind}`
}

/** What the validator says, if anything. */
export async function complaintAbout(manifest: Manifest): Promise<string | undefined> {
  const module = (await import(modulePath(manifest))) as Record<string, new (data: Manifest) => Model>
  try {
    new module[manifest.kind]!(manifest).validate()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Unknown and missing fields of many manifests at once, as the compiler tells them. */
export function fieldMistakes(manifests: readonly Manifest[]): string {
  const cache = join(ROOT, '.cache')
  mkdirSync(cache, { recursive: true })
  // Inside the checkout, so that the types are found.
  const dir = mkdtempSync(join(cache, 'manifests-'))
  try {
    const path = join(dir, 'manifests.mts')
    const lines = manifests.flatMap((manifest, index) => [
      `import type { I${manifest.kind} as T${index} } from ${JSON.stringify(modulePath(manifest))}`,
      `export const ${manifest.kind}${index}: T${index} = ${JSON.stringify(manifest, undefined, 1)}`,
    ])
    writeFileSync(path, lines.join('\n'))
    const compiler = join(ROOT, 'node_modules', '.bin', 'tsc')
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--types',
      '',
      '--target',
      'es2022',
      '--module',
      'nodenext',
    ]
    const { stdout, stderr } = spawnSync(compiler, [...options, '--ignoreConfig', path], {
      cwd: dir,
      encoding: 'utf8',
    })
    return `${stdout}${stderr}`
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
