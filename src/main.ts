#!/usr/bin/env node
/** The program `meridian`: wiring only, and what every run of it has in common. */
import { run } from './cli/run.ts'

// A reader that left (`meridian check | head`) is no reason to complain.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit()
  throw error
})

await run(process.argv.slice(2), exitCode => {
  process.exitCode = exitCode
})
