/** The Terraform modules: formatted and validated by terraform where it and the providers are at hand, and read by
 *  its parser everywhere. The start script that they give to instances is rendered and looked at. */

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { SETTING_KEYS, variableOf } from '../../src/cli/settings.ts'
import { ROOT } from '../house/source.ts'
import { withTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { mistakesIn, readModule, type TerraformModule } from './terraform-module.ts'

const FOLDER = join(ROOT, 'deploy', 'terraform')
const ROOTS = ['aws', 'gcp']
const MODULES = ['modules/node', 'modules/aws-region', 'modules/gcp-region']

/** Nothing of the user's own settings, and no questions. */
const QUIET = {
  ...process.env,
  TF_IN_AUTOMATION: '1',
  TF_INPUT: '0',
  TF_CLI_CONFIG_FILE: '/dev/null',
  CHECKPOINT_DISABLE: '1',
}

function terraform(cwd: string, ...words: string[]): { status: number | null; said: string } {
  const run = spawnSync('terraform', words, { cwd, encoding: 'utf8', env: QUIET, timeout: 60_000 })
  return { status: run.error === undefined ? run.status : null, said: `${run.stdout}${run.stderr}` }
}

function needsTerraform(context: Mocha.Context): void {
  if (terraform(FOLDER, 'version').status !== 0)
    skipWithReason(context, 'terraform is missing on this machine (Debian has none): parsed only')
}

/** Where providers are that need no download. */
const PLUGIN_DIRS = [
  process.env['TF_PLUGIN_CACHE_DIR'] ?? '',
  join(homedir(), '.terraform.d', 'plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
]

function pluginDir(context: Mocha.Context, path: string): string[] {
  const source = /source\s+= "(hashicorp\/\w+)"/.exec(
    readFileSync(join(FOLDER, path, 'main.tf'), 'utf8'),
  )?.[1]
  if (source === undefined) return []
  const found = PLUGIN_DIRS.find(dir => existsSync(join(dir, 'registry.terraform.io', source)))
  if (found === undefined) skipWithReason(context, `the provider ${source} is not at hand: parsed only`)
  return [`-plugin-dir=${found}`]
}

describe('terraform', () => {
  it('finds the modules formatted as it would', function () {
    needsTerraform(this)
    expect(terraform(FOLDER, 'fmt', '-check', '-recursive')).to.deep.equal({ status: 0, said: '' })
  })

  for (const path of [...ROOTS, ...MODULES])
    it(`validates ${path}`, function () {
      needsTerraform(this)
      this.timeout(90_000)
      return withTempDir(dir => {
        cpSync(FOLDER, dir, { recursive: true })
        const init = terraform(join(dir, path), 'init', '-backend=false', ...pluginDir(this, path))
        expect(init.status, init.said).to.equal(0)
        const { status, said } = terraform(join(dir, path), 'validate')
        expect(status, said).to.equal(0)
      })
    })
})

describe('the Terraform modules', () => {
  const modules = new Map<string, TerraformModule>()

  before(async () => {
    for (const path of [...ROOTS, ...MODULES]) modules.set(path, await readModule(join(FOLDER, path)))
  })

  const bySource = (): Map<string, TerraformModule> =>
    new Map(MODULES.map(path => [`../${path}`, modules.get(path)!]))
  const only = (path: string, resource: string): Record<string, unknown> =>
    modules.get(path)!.resources.get(resource) as Record<string, unknown>

  for (const path of [...ROOTS, ...MODULES])
    it(`refer to nothing that is not declared, and describe what they want: ${path}`, () => {
      expect(mistakesIn(modules.get(path)!, bySource())).to.deep.equal([])
    })

  it('would be told of mistakes', async () => {
    await withTempDir(async dir => {
      writeFileSync(
        join(dir, 'main.tf'),
        `variable "idle" {}
         module "n" {
           source   = "../modules/node"
           nonsense = local.nowhere
         }
         resource "aws_eip" "a" { instance = "\${aws_instance.gone.id}-\${var.absent}-\${module.n.shape}" }`,
      )
      expect(mistakesIn(await readModule(dir), bySource())).to.have.members([
        'local.nowhere is not declared',
        'var.absent is not declared',
        'aws_instance.gone is not declared',
        'var.idle is never used',
        'idle has no description',
        'module.n lacks package_url',
        'module.n lacks package_sha256',
        'module.n lacks sync_command',
        'module.n has no variable nonsense',
        'module.n has no output shape',
      ])
    })
  })

  it('replace instances of which /healthz says no, on the port of the admin listener', () => {
    const aws = only('modules/aws-region', 'aws_lb_target_group.dns')['health_check'] as [
      Record<string, unknown>,
    ]
    expect(aws[0]).to.include({ protocol: 'HTTPS', path: '/healthz', port: '${local.admin_port}' })
    expect(only('modules/aws-region', 'aws_autoscaling_group.server')['health_check_type']).to.equal('ELB')
    for (const check of [
      only('gcp', 'google_compute_health_check.autohealing'),
      only('modules/gcp-region', 'google_compute_region_health_check.serving'),
    ])
      expect((check['https_health_check'] as [object])[0]).to.include({ request_path: '/healthz' })
    const group = only('modules/gcp-region', 'google_compute_region_instance_group_manager.server')
    expect(group['auto_healing_policies']).to.have.length(1)
  })

  it('open port 53 over UDP and TCP to everybody, and nothing else', () => {
    const dns = only('modules/aws-region', 'aws_vpc_security_group_ingress_rule.dns')
    expect(dns).to.include({ for_each: '${toset(["udp", "tcp"])}', cidr_ipv4: '${local.everywhere}' })
    const open = [...modules.get('modules/aws-region')!.resources].filter(
      ([name, block]) => name.includes('ingress_rule') && block['cidr_ipv4'] === '${local.everywhere}',
    )
    expect(open.map(([name]) => name)).to.deep.equal(['aws_vpc_security_group_ingress_rule.dns'])
    const everybody = [...modules.get('gcp')!.resources].filter(
      ([name, block]) =>
        name.startsWith('google_compute_firewall') && /0\.0\.0\.0\/0/.test(`${block['source_ranges']}`),
    )
    expect(everybody.map(([, block]) => block['allow'])).to.deep.equal([
      [
        { protocol: 'udp', ports: ['53'] },
        { protocol: 'tcp', ports: ['53'] },
      ],
    ])
  })

  it('hold on to addresses that the world knows', () => {
    for (const address of [
      only('modules/aws-region', 'aws_eip.name_server'),
      only('modules/gcp-region', 'google_compute_address.name_server'),
    ])
      expect(address['lifecycle']).to.deep.equal([{ prevent_destroy: true }])
  })

  it('span two regions each, and tell what to delegate', () => {
    const regions = modules.get('aws')!.calls.filter(({ source }) => basename(source) === 'aws-region')
    expect(regions.map(({ name }) => name)).to.deep.equal(['first', 'second'])
    for (const path of ROOTS)
      expect(modules.get(path)!.outputs.map(({ name }) => name)).to.have.members([
        'name_servers',
        'delegation',
      ])
  })
})

describe('the start script of an instance', () => {
  let dir: string
  const script = (consul: string): Promise<string> =>
    withTempDir(work => {
      dir = join(work, 'root')
      cpSync(join(FOLDER, 'modules', 'node'), join(work, 'node'), { recursive: true })
      mkdirSync(dir)
      writeFileSync(join(dir, 'main.tf'), callOf(consul))
      for (const words of [
        ['init', '-backend=false'],
        ['apply', '-auto-approve'],
      ]) {
        const { status, said } = terraform(dir, ...words)
        expect(status, said).to.equal(0)
      }
      return terraform(dir, 'output', '-raw', 'script').said
    })

  for (const [what, consul] of [
    ['without Consul', 'null'],
    [
      'with Consul',
      `{ zip_url = "https://files.example/consul.zip", zip_sha256 = "aa", datacenter = "aws-eu-central-1",
         retry_join = ["provider=aws tag_key=consul tag_value=server"], gossip_key = "c2VjcmV0" }`,
    ],
  ] as const)
    it(`is a shell script, with settings that the server has (${what})`, async function () {
      needsTerraform(this)
      this.timeout(60_000)
      const text = await script(consul)
      const checked = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' })
      expect(checked.stderr).to.equal('')
      const known = new Set([...SETTING_KEYS.map(variableOf), 'MERIDIAN_ADMIN_TOKEN'])
      const set = [...text.matchAll(/^Environment="(\w+)=/gm)].map(match => match[1]!)
      expect(set).to.include('MERIDIAN_ADMIN')
      expect(set.filter(name => !known.has(name))).to.deep.equal([])
      expect(set.includes('MERIDIAN_CONSUL')).to.equal(what === 'with Consul')
      const json = /<<'CONSUL'\n([\s\S]+?)\nCONSUL/.exec(text)?.[1]
      if (what === 'with Consul') expect(JSON.parse(json!)).to.include({ encrypt: 'c2VjcmV0' })
      else expect(json).to.equal(undefined)
      expect(existsSync(dir)).to.equal(false)
    })
})

function callOf(consul: string): string {
  return `module "node" {
    source         = "../node"
    package_url    = "https://files.example/meridian.deb"
    package_sha256 = "${'a'.repeat(64)}"
    sync_command   = "true"
    consul         = ${consul}
    settings       = { MERIDIAN_HIDE_VERSION = "true" }
  }
  output "script" {
    value     = module.node.script
    sensitive = true
  }`
}
