/** Whether a fleet shares its orders, in lines for people. Pure. */

import type { SharingReport } from './control-messages.ts'

/** One line for each store that has not all that we have, after one for all that have it; none where orders stay on
 *  their node. */
export function sharingLines(sharing: readonly SharingReport[] | undefined): string[] {
  return [...sharedLines(sharing), ...notSharedLines(sharing)]
}

export function sharedLines(sharing: readonly SharingReport[] | undefined): string[] {
  const names = (sharing ?? []).filter(isShared).map(({ datacenter }) => datacenter)
  return names.length === 0 ? [] : [`orders are shared through Consul: ${names.join(', ')}`]
}

export function notSharedLines(sharing: readonly SharingReport[] | undefined): string[] {
  return (sharing ?? []).filter(one => !isShared(one)).map(notSharedLine)
}

export function notSharedLine({ datacenter, state, waiting, reason }: SharingReport): string {
  const why = reason === '' ? (state === 'unknown' ? 'not heard of yet' : 'no answer yet') : reason
  const orders = waiting === 1 ? '1 order waits' : `${waiting} orders wait`
  return `orders are NOT shared through Consul ${datacenter}: ${why}${waiting === 0 ? '' : `; ${orders}`}`
}

function isShared({ state, waiting }: SharingReport): boolean {
  return state === 'shared' && waiting === 0
}
