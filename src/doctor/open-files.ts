/** How many files a process may open, from what the kernel says of it. Loads nothing, so that it can be asked where
 *  hardly a file may be opened. */

/** Below this not even our own libraries can be loaded, many files at once. */
export const FILES_MIN = 256

/** Node raises the soft limit to the hard one, so the hard one counts. Undefined where it is not told. */
export function filesMax(limits: string | undefined): number | undefined {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits ?? '')?.[1]
  if (hard === undefined) return undefined
  return hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard)
}
