/** Mocha's `spec` reporter, which then names what was skipped and why, and leaves its counts in the file that
 *  `MERIDIAN_COUNTS` names, for the script that adds up several runs. */

import { appendFileSync } from 'node:fs'
import Mocha from 'mocha'
import { skipReasonOf } from './skips.ts'

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options)
    const skipped: string[] = []
    runner.on('pending', test => {
      skipped.push(`${test.fullTitle()}: ${skipReasonOf(test) ?? 'no reason given'}`)
    })
    runner.once('end', () => {
      if (skipped.length > 0)
        console.log(['  skipped:', ...skipped.map(line => `    - ${line}`), ''].join('\n'))
      const counts = process.env['MERIDIAN_COUNTS']
      if (counts !== undefined)
        appendFileSync(counts, `${this.stats.passes} ${this.stats.failures} ${skipped.length}\n`)
    })
  }
}
