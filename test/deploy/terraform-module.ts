/** A Terraform module as its folder says it: what it declares, what it refers to, whom it calls. Read with the HCL
 *  parser of Terraform itself (hcl2json); knows no provider, so whether a resource has an argument is not for it. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@cdktf/hcl2json'

type Block = Readonly<Record<string, unknown>>

export interface Variable {
  readonly name: string
  readonly description: string | undefined
  readonly isRequired: boolean
}

export interface ModuleCall {
  readonly name: string
  readonly source: string
  readonly arguments: readonly string[]
}

export interface TerraformModule {
  readonly dir: string
  readonly variables: readonly Variable[]
  readonly outputs: readonly { readonly name: string; readonly description: string | undefined }[]
  readonly calls: readonly ModuleCall[]
  /** `aws_vpc.this`, and `data.aws_ami.debian`. */
  readonly resources: ReadonlyMap<string, Block>
  readonly locals: readonly string[]
  /** Every expression, templates included. */
  readonly expressions: readonly string[]
}

/** Arguments of a module call that are Terraform's own. */
const META_ARGUMENTS = new Set(['source', 'providers', 'for_each', 'count', 'depends_on', 'version'])

export async function readModule(dir: string): Promise<TerraformModule> {
  const files = readdirSync(dir).filter(name => name.endsWith('.tf'))
  const parsed = await Promise.all(
    files.map(async name => (await parse(name, readFileSync(join(dir, name), 'utf8'))) as Block),
  )
  const named = (kind: string): [string, Block][] =>
    parsed
      .flatMap(file => Object.entries((file[kind] ?? {}) as Record<string, Block[]>))
      .map(([name, [block]]) => [name, block!])
  return {
    dir,
    variables: named('variable').map(([name, block]) => ({
      name,
      description: block['description'] as string | undefined,
      isRequired: !('default' in block),
    })),
    outputs: named('output').map(([name, block]) => ({
      name,
      description: block['description'] as string | undefined,
    })),
    calls: named('module').map(([name, block]) => ({
      name,
      source: String(block['source']),
      arguments: Object.keys(block).filter(argument => !META_ARGUMENTS.has(argument)),
    })),
    resources: new Map([...typed(parsed, 'resource', ''), ...typed(parsed, 'data', 'data.')]),
    locals: parsed.flatMap(file => ((file['locals'] ?? []) as Block[]).flatMap(block => Object.keys(block))),
    expressions: parsed.flatMap(expressionsOf),
  }
}

function typed(files: readonly Block[], kind: string, prefix: string): [string, Block][] {
  return files.flatMap(file =>
    Object.entries((file[kind] ?? {}) as Record<string, Record<string, Block[]>>).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, [block]]): [string, Block] => [`${prefix}${type}.${name}`, block!]),
    ),
  )
}

function expressionsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('${') ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(expressionsOf)
}

/** What a module says that cannot be: names that nobody declares, calls that do not fit. */
export function mistakesIn(module: TerraformModule, called: ReadonlyMap<string, TerraformModule>): string[] {
  const { variables, locals, resources, calls, expressions } = module
  const text = expressions.join('\n')
  const mistakes: string[] = []
  const known: Record<string, readonly string[]> = {
    var: variables.map(({ name }) => name),
    local: locals,
    module: calls.map(({ name }) => name),
  }
  for (const [, kind, name] of text.matchAll(/(?<![\w."-])(var|local|module)\.([\w-]+)/g))
    if (!known[kind!]!.includes(name!)) mistakes.push(`${kind}.${name} is not declared`)
  for (const [reference] of text.matchAll(/(?<![\w."/-])(?:data\.)?(?:aws|google)_\w+\.\w+/g))
    if (!resources.has(reference)) mistakes.push(`${reference} is not declared`)
  for (const { name } of variables)
    if (!text.includes(`var.${name}`)) mistakes.push(`var.${name} is never used`)
  for (const { name, description } of [...variables, ...module.outputs])
    if (description === undefined) mistakes.push(`${name} has no description`)
  for (const call of calls) mistakes.push(...mistakesOfCall(call, called.get(call.source), text))
  return [...new Set(mistakes)]
}

function mistakesOfCall(call: ModuleCall, callee: TerraformModule | undefined, text: string): string[] {
  if (callee === undefined) return [`module.${call.name}: there is no ${call.source}`]
  const names = callee.variables.map(({ name }) => name)
  const outputs = callee.outputs.map(({ name }) => name)
  const missing = callee.variables.filter(
    ({ name, isRequired }) => isRequired && !call.arguments.includes(name),
  )
  const asked = [...text.matchAll(new RegExp(`module\\.${call.name}(?:\\[[^\\]]+\\])?\\.(\\w+)`, 'g'))]
  return [
    ...missing.map(({ name }) => `module.${call.name} lacks ${name}`),
    ...call.arguments
      .filter(name => !names.includes(name))
      .map(name => `module.${call.name} has no variable ${name}`),
    ...asked
      .filter(([, name]) => !outputs.includes(name!))
      .map(([, name]) => `module.${call.name} has no output ${name}`),
  ]
}
