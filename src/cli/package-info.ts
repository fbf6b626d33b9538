/** Our own version, from the one place that says it. */
import { readFileSync } from 'node:fs'

export function packageVersion(): string {
  // Both src/cli and dist/cli are two steps below the package.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
