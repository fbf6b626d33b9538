/** Run before the tests: fetches the outside programs they want, all at once, so that no test waits for a
 *  download. What cannot be had is named here and skipped there. */

import { fetchTools, type ToolName } from './tools.ts'

const WANTED: readonly ToolName[] = [
  'consul',
  'dig',
  'dnstap-read',
  'fish',
  'fstrm_capture',
  'gdnsd',
  'ip',
  'jq',
  'kdig',
  'knotd',
  'ldns-read-zone',
  'mmdebstrap',
  'named',
  'named-checkzone',
  'named-compilezone',
  'nsd',
  'nsd-checkzone',
  'promtool',
  'script',
  'systemd-analyze',
  'taskset',
  'unbound',
  'unshare',
  'zsh',
]

const asked = process.argv.slice(2) as ToolName[]
const found = [...fetchTools(asked.length > 0 ? asked : WANTED)]
const missing = found.flatMap(([name, at]) => ('missing' in at ? [`  ${name}: ${at.missing}`] : []))
console.log(`tools: ${found.length - missing.length} of ${found.length} ready`)
if (missing.length > 0) console.log(missing.join('\n'))
