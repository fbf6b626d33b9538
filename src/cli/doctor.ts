/** `meridian doctor`: looks at this host for what goes wrong in practice, and says how to mend it. Serves nothing
 *  and changes nothing. What it needs is loaded late: where hardly a file may be opened, that must still be said. */

import type { Command } from 'commander'
import { monotonicMs } from '../base/clock.ts'
import { readSystemFile } from '../base/system-file.ts'
import { CHECK_ABOUTS } from '../doctor/abouts.ts'
import type { CheckFinding } from '../doctor/examine.ts'
import { STATES } from '../doctor/finding.ts'
import { FILES_MIN, filesMax } from '../doctor/open-files.ts'
import { ProgressBar } from './progress-bar.ts'
import type { SettingKey } from './settings.ts'
import { count, Exit, type Paint, painter, wantsColours } from './terminal.ts'
import { flagsGiven, settingOption } from './world-options.ts'

const AFTER_HELP = `
Looks at what a server started here with the same settings would meet: give it the same --config, flags and
variables, and run it as the same user (sudo -u meridian meridian doctor …), because permissions and limits are that
user's. A server that runs already is no obstacle: its own ports are not held against it.

What is looked at:
CHECKS
What is found is of four kinds: failure (it will not work), warning (it will bite some day), unknown (it cannot be
told from here), fine. Failures and warnings come with a way to mend them.

What no host can tell of itself: whether the firewall of the cloud lets port 53 in, UDP and TCP, and whether the
parent zone delegates here. Ask from outside: dig @ADDRESS ZONE SOA +norecurse, and again with +tcp.

Examples:
  meridian doctor
  meridian doctor --listen 0.0.0.0:53 --listen [::]:53     before going live
  meridian doctor --config /etc/meridian/meridian.yaml
  meridian doctor --json | jq -r '.findings[] | select(.state == "failure") | .text'

Exit codes: 0 nothing stands in the way (warnings aside), 1 something will not work, 2 the command is wrong.
`

const KEYS = [
  'zones',
  'listen',
  'workers',
  'udp',
  'state',
  'geo',
  'geo.overrides',
  'tcp.connections',
  'admin',
  'admin.token-file',
  'admin.cert',
  'admin.key',
  'consul',
  'consul.agents',
  'consul.token-file',
  'consul.ca',
  'consul.cert',
  'consul.key',
] as const satisfies readonly SettingKey[]

interface DoctorOptions {
  readonly config?: string
  readonly json?: boolean
}

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Looks at this host for what goes wrong in practice, and says how to mend it.')
    .option('-c, --config <FILE>', 'YAML file of settings (also MERIDIAN_CONFIG)')
    .option('--json', 'print one JSON object: findings, and how many failures and warnings')
    .addHelpText('after', AFTER_HELP.replace('CHECKS\n', checksHelp()))
  for (const key of KEYS) command.addOption(settingOption(key))
  command.action(async (options: DoctorOptions) => finish(await examineHost(command, options)))
}

async function examineHost(command: Command, options: DoctorOptions): Promise<number> {
  const tooFew = filesFault()
  if (tooFew !== undefined) return tell([tooFew], options)
  const { openPatient } = await import('./doctor-patient.ts')
  const patient = await openPatient(flagsGiven(command, KEYS), options.config)
  if ('exitCode' in patient) return patient.exitCode
  const { examine, LOOKS } = await import('../doctor/examine.ts')
  const bar = new ProgressBar(process.stderr, monotonicMs, 'looking')
  const findings = await examine(patient, LOOKS, share => bar.show(share))
  bar.clear()
  return tell(findings, options)
}

function checksHelp(): string {
  return Object.entries(CHECK_ABOUTS)
    .map(([name, about]) => `  ${name.padEnd(10)} ${about}\n`)
    .join('')
}

/** Fewer open files than the libraries of the settings and of Consul take while they load. */
function filesFault(): CheckFinding | undefined {
  const limit = filesMax(readSystemFile('/proc/self/limits'))
  if (limit === undefined || limit >= FILES_MIN) return undefined
  return {
    check: 'files',
    state: 'failure',
    text: `${limit} files may be open: too few even to start, and for me to look any further`,
    mend: 'systemd: LimitNOFILE=65536; a shell: ulimit -n 65536',
  }
}

//------------ What is told ---

function tell(findings: readonly CheckFinding[], { json }: DoctorOptions): number {
  const failures = findings.filter(({ state }) => state === 'failure').length
  const warnings = findings.filter(({ state }) => state === 'warning').length
  if (json === true)
    process.stdout.write(`${JSON.stringify({ findings, failures, warnings }, undefined, 2)}\n`)
  else process.stdout.write(print(findings, failures, warnings))
  return failures > 0 ? Exit.BadInput : Exit.Fine
}

const COLOURS = { failure: 'red', warning: 'yellow', unknown: 'dim', fine: 'green' } as const

/** What is wrong first, each kind in the order in which it was looked at. */
function print(findings: readonly CheckFinding[], failures: number, warnings: number): string {
  const paint = painter(wantsColours(process.stdout, process.env))
  const lines = STATES.flatMap(state =>
    findings.filter(finding => finding.state === state).flatMap(finding => linesOf(finding, paint)),
  )
  const counts = [
    paint(failures > 0 ? 'red' : 'green', count(failures, 'failure')),
    warnings > 0 ? paint('yellow', count(warnings, 'warning')) : count(warnings, 'warning'),
  ]
  return `${[...lines, '', counts.join(', ')].join('\n')}\n`
}

const TEXT_AT = 20
const LINE_CHARS_MAX = 120

function linesOf({ check, state, text, mend }: CheckFinding, paint: Paint): string[] {
  const [first = '', ...more] = folded(text)
  const head = `${paint(COLOURS[state], state.padEnd(7))}  ${paint('bold', check.padEnd(9))}  ${first}`
  const mending = mend === undefined ? [] : folded(`mend: ${mend}`).map(line => paint('dim', line))
  return [head, ...[...more, ...mending].map(line => ' '.repeat(TEXT_AT) + line)]
}

/** At blanks, so that commands can still be copied in one piece where they fit. */
function folded(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`
    if (longer.length <= LINE_CHARS_MAX - TEXT_AT || lines.at(-1) === '') lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
