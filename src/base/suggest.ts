/** "Did you mean": the known word that is nearest to what was written. */

/** A hint, or undefined when nothing is near. */
export function closest(written: string, known: Iterable<string>): string | undefined {
  if (written.length > 64) return undefined
  const allowed = Math.max(1, Math.floor(written.length / 3))
  let best: string | undefined
  let bestDistance = allowed + 1
  for (const word of known) {
    const distance = editDistance(written, word)
    if (distance >= bestDistance) continue
    best = word
    bestDistance = distance
  }
  return best === undefined ? undefined : `did you mean ${best}?`
}

/** Insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let distance = Math.min(last[j]! + 1, row[j - 1]! + 1, substitution)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) distance = Math.min(distance, beforeLast[j - 2]! + 1)
      row.push(distance)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
