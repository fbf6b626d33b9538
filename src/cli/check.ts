/** `meridian check`: reads zone files the way `serve` does and reports every problem. Serves nothing. */
import { statSync } from 'node:fs'
import type { Command } from 'commander'
import type { Problem } from '../base/problem.ts'
import {
  fileProblem,
  listZoneFolder,
  oneFilePerZone,
  type ZoneFile,
  zoneFileOf,
} from '../control/zone-folder.ts'
import { printName } from '../wire/name.ts'
import { loadZone } from '../zone/load.ts'
import type { Zone } from '../zone/zone.ts'
import { count, Exit, painter, paintProblem, wantsColours } from './terminal.ts'

const AFTER_HELP = `
A zone file is named ORIGIN.zone, for example classroom.example.zone; in a DIR every such file is read.
Nothing is served or changed. Warnings alone leave the exit code at 0.

Examples:
  meridian check                                 every zone in ./zones
  meridian check zones/classroom.example.zone    one zone
  meridian check --json | jq '.problems[].code'  for programs

Exit codes: 0 no errors, 1 errors, 2 the command is wrong.
`

interface CheckedZone {
  readonly zone: string
  readonly file: string
  readonly serial: number | null
  readonly records: number
  readonly errors: number
  readonly warnings: number
}

interface Report {
  readonly zones: readonly CheckedZone[]
  readonly problems: readonly Problem[]
}

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description('Reads zone files and reports every problem in them, with its line and a way to mend it.')
    .argument('[FILE|DIR...]', 'zone files, or folders of them (default: zones)')
    .option('--json', 'print one JSON object: zones, problems, and counts of both severities')
    .addHelpText('after', AFTER_HELP)
    .action((paths: string[], options: { json?: boolean }) => {
      const report = check(paths.length > 0 ? paths : ['zones'])
      const errors = report.problems.filter(problem => problem.severity === 'error').length
      const warnings = report.problems.length - errors
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ ...report, errors, warnings }, undefined, 2)}\n`)
      else printReport(report, errors, warnings)
      finish(errors > 0 ? Exit.BadInput : Exit.Fine)
    })
}

function check(paths: readonly string[]): Report {
  const named = paths.map(zoneFilesAt)
  const files = new Map(named.flatMap(found => found.files).map(file => [file.path, file]))
  const checked = [...files.values()].map(checkZone)
  const { problems: duplicates } = oneFilePerZone(checked, () => 0)
  const problems = [
    ...named.flatMap(found => found.problems),
    ...checked.flatMap(zone => zone.problems),
    ...duplicates,
  ]
  return { zones: checked.map(summary), problems }
}

function zoneFilesAt(path: string): { files: readonly ZoneFile[]; problems: readonly Problem[] } {
  try {
    if (statSync(path).isDirectory()) {
      const folder = listZoneFolder(path)
      return folder.listing === '' ? { files: [], problems: [emptyFolder(path)] } : folder
    }
    const file = zoneFileOf(path)
    return 'zone' in file ? { files: [file], problems: [] } : { files: [], problems: [file] }
  } catch (error) {
    const hint = path === 'zones' ? 'name the files or folders to check' : 'is the name right?'
    return { files: [], problems: [fileProblem(path, 'cannot-read', (error as Error).message, hint)] }
  }
}

function emptyFolder(path: string): Problem {
  const hint = 'name a zone file ORIGIN.zone, for example classroom.example.zone'
  return { ...fileProblem(path, 'no-zones', 'holds no zone files', hint), severity: 'warning' }
}

interface Checked {
  readonly path: string
  readonly zone: string
  readonly loaded: Zone | undefined
  readonly problems: readonly Problem[]
}

function checkZone({ path, apex, zone }: ZoneFile): Checked {
  const { zone: loaded, problems } = loadZone(path, apex)
  return { path, zone: loaded === undefined ? zone : printName(loaded.apex), loaded, problems }
}

function summary({ path, zone, loaded, problems }: Checked): CheckedZone {
  const errors = problems.filter(problem => problem.severity === 'error').length
  const records = loaded?.records.count ?? 0
  return {
    zone,
    file: path,
    serial: loaded?.serial ?? null,
    records,
    errors,
    warnings: problems.length - errors,
  }
}

function printReport(report: Report, errors: number, warnings: number): void {
  const paint = painter(wantsColours(process.stdout, process.env))
  const blocks = report.problems.map(problem => `${paintProblem(problem, paint)}\n`)
  const counts = [
    count(report.zones.length, 'zone'),
    paint(errors > 0 ? 'red' : 'green', count(errors, 'error')),
    warnings > 0 ? paint('yellow', count(warnings, 'warning')) : count(warnings, 'warning'),
  ]
  process.stdout.write([...blocks, `${counts.join(', ')}\n`].join('\n'))
}
