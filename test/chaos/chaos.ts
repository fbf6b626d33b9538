/** `npm run chaos`: a minute of havoc under half of full load, judged by the checker. CHAOS_SECONDS, CHAOS_SEED and
 *  CHAOS_RATE (queries a second) say otherwise. Leaves with 1 when the checker complains. */

import { keepTimeline, reportLines, runChaos } from './run.ts'

const seconds = Number(process.env['CHAOS_SECONDS'] ?? 60)
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
const rate = process.env['CHAOS_RATE'] === undefined ? undefined : Number(process.env['CHAOS_RATE'])
const timelinePath = process.env['CHAOS_TIMELINE']

console.log(`chaos for ${seconds} s, CHAOS_SEED=${seed}`)
const report = await runChaos({ seconds, rate, seed })
for (const line of reportLines(report)) console.log(line)
if (timelinePath !== undefined) keepTimeline(timelinePath, report.timeline)
process.exit(report.verdict.complaints.length === 0 ? 0 : 1)
