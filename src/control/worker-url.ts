/** Where a worker's file is: `.ts` when run from source, `.js` when built. */

export function besideThis(moduleUrl: string, path: string): URL {
  const extension = moduleUrl.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`./${path}${extension}`, moduleUrl)
}
