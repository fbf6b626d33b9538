/** A process that gives orders as fast as it can and says which were acknowledged, until somebody kills it. */

import { writeSync } from 'node:fs'
import { OverrideStore } from '../../../src/health/overrides/store.ts'

const [folder = '', seed = '1'] = process.argv.slice(2)
const ACTIONS = ['drain', 'undrain', 'force-up', 'force-down', 'force-auto'] as const
let dice = Number(seed)

function throwDice(sides: number): number {
  dice = (Math.imul(dice, 1_103_515_245) + 12_345) & 0x7fff_ffff
  return (dice >>> 8) % sides
}

writeSync(1, 'go\n')
// Few lines, so that many kills hit the moment at which the journal becomes a snapshot.
const { store, problems } = OverrideStore.open(folder, 'ns1', Date.now(), 5)
for (const { code } of problems) writeSync(1, `problem ${code}\n`)
let waiting = 0
for (;;) {
  const order = {
    action: ACTIONS[throwDice(5)]!,
    pattern: `r${throwDice(9)}`,
    by: 'chaos',
    why: `${throwDice(1000)}`,
  }
  const given = store.give(order, Date.now())
  if ('refused' in given) continue
  // Up to eight wait for one flush.
  const { override, kept } = given
  const said = kept.then(amiss => {
    for (const { code } of amiss) writeSync(1, `problem ${code}\n`)
    writeSync(1, `ack ${JSON.stringify(override)}\n`)
  })
  waiting = throwDice(3) > 0 || waiting === 7 ? 0 : waiting + 1
  if (waiting === 0) await said
}
