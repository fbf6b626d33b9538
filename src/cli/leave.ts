/** The ways out of `meridian serve`: at once, whatever else is still under way. */

import { Exit, painter, wantsColours } from './terminal.ts'

/** Says why this host does not let us serve. */
export function cannotRun(text: string): never {
  const paint = painter(wantsColours(process.stderr, process.env))
  process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  return exitNow(Exit.CannotRun)
}

export function exitNow(exitCode: number): never {
  process.exit(exitCode)
}
