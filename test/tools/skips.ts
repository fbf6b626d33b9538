/** Tests that cannot run here are skipped by name, with a reason that the summary prints. The reason rides on
 *  mocha's own test and suite objects. Knows no reporter and no tool. */

interface WithReason {
  skipReason?: string
}

/** Skips the running test, or when called in a `before` hook its whole suite. Never returns. */
export function skipWithReason(context: Mocha.Context, reason: string): never {
  const runnable = context.test
  const isHook = runnable !== undefined && 'type' in runnable && runnable.type === 'hook'
  // Before all of them, mocha names the first as the current one; the reason is that of the whole suite.
  const isForAll = isHook && runnable.title.startsWith('"before all"')
  const target = isForAll ? runnable.parent : isHook ? (context.currentTest ?? runnable.parent) : runnable
  if (target !== undefined) (target as WithReason).skipReason = reason
  context.skip()
  throw new Error('unreachable: mocha leaves the test here')
}

/** Why a pending test did not run; undefined when nobody said. */
export function skipReasonOf(test: Mocha.Test): string | undefined {
  for (let at: (Mocha.Test | Mocha.Suite | undefined) & WithReason = test; at !== undefined; at = at.parent!)
    if (at.skipReason !== undefined) return at.skipReason
  return undefined
}
