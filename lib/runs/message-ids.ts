import type { Run } from './run';
import { NO_RUNS, type Runs, live, union } from './run-sets';

/** How many runs with the same ID are distinguished. */
const MAX_SHARING = 16;

/** How many ids of messages without a run are remembered, at least. */
const MIN_UNTRACKED = 5_000;

export interface Received {
  readonly runs: Runs;
  /** The node received messages of different runs under the same id. */
  readonly mixed: boolean;
}

interface Entry {
  readonly owners: Set<Run>;
  readonly receivers: Map<string, Received>;
}

/**
 * Facts about messages by `_msgid`. The ID survives clones and queues, but a flow can change it, so it is used
 * last, and its results say how reliable they are.
 */
export class MessageIds {
  readonly #entries = new Map<unknown, Entry>();
  #untracked = new Set<unknown>();
  #olderUntracked = new Set<unknown>();

  get size(): number {
    return this.#entries.size;
  }

  /** Messages of these runs have the id. */
  own(messageId: unknown, runs: Runs): void {
    const entry = this.#entry(messageId);
    for (const run of runs) {
      if (entry.owners.has(run)) continue;
      entry.owners.add(run);
      run.messageIds.push(messageId);
    }
  }

  /** A node received a message of these runs under the id, which is theirs. */
  receivedBy(nodeId: string, messageId: unknown, runs: Runs): void {
    const { receivers } = this.#entry(messageId);
    const before = receivers.get(nodeId);
    if (before === undefined) receivers.set(nodeId, { runs, mixed: false });
    else if (before.runs !== runs) receivers.set(nodeId, merged(before, runs));
  }

  /** The runs whose messages a node received under an id. */
  receivedAt(nodeId: string, messageId: unknown): Received | undefined {
    const received = this.#entries.get(messageId)?.receivers.get(nodeId);
    if (received === undefined) return undefined;
    const runs = live(received.runs);
    return runs.length === 0 ? undefined : { ...received, runs };
  }

  ownersOf(messageId: unknown): Runs {
    const owners = this.#entries.get(messageId)?.owners;
    return owners === undefined ? NO_RUNS : [...owners].slice(-MAX_SHARING);
  }

  forget(run: Run): void {
    for (const messageId of run.messageIds) {
      const entry = this.#entries.get(messageId);
      if (entry === undefined) continue;
      entry.owners.delete(run);
      if (entry.owners.size > 0) continue;
      this.#entries.delete(messageId);
      this.addUntracked(messageId);
    }
  }

  /** A message with this id belongs to no run. */
  addUntracked(messageId: unknown): void {
    if (this.#untracked.size >= MIN_UNTRACKED) {
      this.#olderUntracked = this.#untracked;
      this.#untracked = new Set();
    }
    this.#untracked.add(messageId);
  }

  isUntracked(messageId: unknown): boolean {
    return this.#untracked.has(messageId) || this.#olderUntracked.has(messageId);
  }

  #entry(messageId: unknown): Entry {
    let entry = this.#entries.get(messageId);
    if (entry === undefined) {
      entry = { owners: new Set(), receivers: new Map() };
      this.#entries.set(messageId, entry);
    }
    return entry;
  }
}

function merged(before: Received, runs: Runs): Received {
  const earlier = live(before.runs);
  if (earlier.length === 0) return { runs, mixed: false };
  const all = union(earlier, runs);
  if (all.length === earlier.length && all.length === runs.length) return before;
  return { runs: all.slice(-MAX_SHARING), mixed: true };
}
