import type { Entry } from './entry';

/** The queued alerts, oldest first: a binary heap. */
export class EntryQueue {
  readonly #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isOlder(entry, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  shift(): Entry | undefined {
    const oldest = this.#heap[0];
    const last = this.#heap.pop();
    if (oldest !== undefined && last !== undefined && this.#heap.length > 0) this.#sink(last, 0);
    return oldest;
  }

  /** The first `count` of them, oldest first; they stay. */
  oldest(count: number): Entry[] {
    const found: Entry[] = [];
    // In a heap, whatever comes next is the child of one that came before.
    const candidates = new EntryQueue();
    const places = new Map<Entry, number>();
    const consider = (at: number): void => {
      const entry = this.#heap[at];
      if (entry === undefined) return;
      places.set(entry, at);
      candidates.push(entry);
    };
    consider(0);
    while (found.length < count) {
      const next = candidates.shift();
      if (next === undefined) break;
      found.push(next);
      const at = places.get(next) ?? 0;
      consider(2 * at + 1);
      consider(2 * at + 2);
    }
    return found;
  }

  /** Call this when a queued alert turns out to be younger. */
  moved(entry: Entry): void {
    const at = this.#heap.indexOf(entry);
    if (at !== -1) this.#sink(entry, at);
  }

  clear(): void {
    this.#heap.length = 0;
  }

  /** Puts an alert at a place that is free, or further down. */
  #sink(entry: Entry, freeAt: number): void {
    const heap = this.#heap;
    let at = freeAt;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      const right = heap[childAt + 1];
      if (child === undefined) break;
      if (right !== undefined && isOlder(right, child)) {
        child = right;
        childAt += 1;
      }
      if (!isOlder(child, entry)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = entry;
  }
}

/** Alerts of the same second are ordered by UUID: any stable order works. */
function isOlder(one: Entry, other: Entry): boolean {
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.uuid < other.uuid);
}
