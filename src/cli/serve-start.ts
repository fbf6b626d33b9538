/** Settings and sockets, until a server stands or it is told why none can. */

import type { Build } from '../control/builder.ts'
import { adminFault } from './admin-check.ts'
import { cannotRun, exitNow } from './leave.ts'
import { explainFailure, openListeners } from './listen.ts'
import {
  type BuildSettings,
  type ResolvedSettings,
  resolveSettings,
  type SettingSources,
} from './resolve-settings.ts'
import { logLastWords, openLog } from './serve-log.ts'
import { Server } from './server.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'

/** Resolves once it serves; leaves the process when it cannot. `firstBuild` may have begun long ago. */
export async function startServing(
  sources: SettingSources,
  firstBuild: (settings: BuildSettings) => ReturnType<Build>,
): Promise<void> {
  const resolved = await resolveSettings(sources)
  if (resolved.usage.length + resolved.problems.length > 0) refuse(resolved)
  const { settings, given } = resolved

  const listening = await openListeners({ ...settings, byDefault: !given.has('listen') })
  if ('failure' in listening) cannotRun(explainFailure(listening.failure))
  const noAdmin = await adminFault(settings, given, sources.environment)
  if (noAdmin !== undefined) cannotRun(noAdmin)
  const log = await openLog(settings)
  logLastWords(log)
  for (const warning of resolved.warnings) log.warn({}, warning)
  const server = new Server({ settings, given }, listening, log, firstBuild(settings))
  return server.start()
}

/** Says what is wrong with the settings. */
function refuse({ usage, problems }: ResolvedSettings): never {
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const text of usage) process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (usage.length > 0) process.stderr.write('See meridian serve --help.\n')
  // The builder thread may be in the midst of a large zone: nobody waits for it now.
  return exitNow(usage.length > 0 ? Exit.Usage : Exit.BadInput)
}
