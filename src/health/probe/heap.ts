/** A binary heap by due time: the soonest on top. Knows nothing of what is due. */

export interface Due {
  readonly dueMs: number
}

export class DueHeap<T extends Due> {
  private items: T[] = []

  get top(): T | undefined {
    return this.items[0]
  }

  get size(): number {
    return this.items.length
  }

  push(item: T): void {
    const { items } = this
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (items[parent]!.dueMs <= item.dueMs) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const { items } = this
    const top = items[0]
    const last = items.pop()
    if (top === undefined || last === undefined || items.length === 0) return top
    this.sink(0, last)
    return top
  }

  replace(items: readonly T[]): void {
    this.items = [...items]
    for (let at = (items.length >> 1) - 1; at >= 0; at--) this.sink(at, this.items[at]!)
  }

  private sink(from: number, item: T): void {
    const { items } = this
    let at = from
    while (true) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && items[child + 1]!.dueMs < items[child]!.dueMs) child++
      if (items[child]!.dueMs >= item.dueMs) break
      items[at] = items[child]!
      at = child
    }
    items[at] = item
  }
}
