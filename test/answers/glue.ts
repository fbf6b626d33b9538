/** Which additional records a referral cannot do without. */

import type { Message, Rr } from './message.ts'
import { isAtOrBelow, type Name, nameKey, parseName } from './name.ts'
import { printRdata } from './print.ts'

/** In-domain glue: addresses of a referral's name servers at or below the cut itself (RFC 9471 §3.1). All
 *  other additional records are a courtesy. */
export function neededGlue(message: Message): readonly Rr[] {
  const referrals = message.authority.filter(rr => rr.type === 2)
  return message.additional.filter(rr => {
    const isAddress = rr.type === 1 || rr.type === 28
    return isAddress && referrals.some(ns => isServerOf(ns, rr.owner) && isAtOrBelow(rr.owner, ns.owner))
  })
}

function isServerOf(ns: Rr, owner: Name): boolean {
  return nameKey(parseName(printRdata(2, ns.rdata))) === nameKey(owner)
}
