import { CursorTrail } from './cursor-trail';
import type { Entry, EntryState } from './entry';
import { entryOf, recordOf } from './entry-record';
import { EntryQueue } from './entry-queue';
import type { AlertSource, LedgerRecord } from './ledger-record';

/** Alerts can become visible late, so each catch-up read starts this far before the cursor. */
export const OVERLAP_SECONDS = 600;

const MAX_DEAD_AGE_SECONDS = 30 * 24 * 3600;
const MAX_DEAD = 10_000;
const FORGET_EVERY_SECONDS = 60;

export type LedgerCounts = Readonly<Record<EntryState, number>>;

/**
 * What the records of a ledger add up to, in memory. Records go in one after the other; a snapshot comes out that
 * adds up to the same.
 */
export class LedgerState {
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new EntryQueue();
  readonly #counts: Record<EntryState, number> = {
    queued: 0,
    running: 0,
    waiting: 0,
    delivered: 0,
    filtered: 0,
    dead: 0,
  };
  readonly #trail = new CursorTrail();
  #since: number | undefined;
  #cursor: number | undefined;
  #forgotAt = -Infinity;

  /** Alerts created before this do not count. Undefined until the first start is complete. */
  get since(): number | undefined {
    return this.#since;
  }

  /** Reads of the list have accepted all alerts that were created until then. */
  get cursor(): number | undefined {
    return this.#cursor;
  }

  get counts(): LedgerCounts {
    return this.#counts;
  }

  get size(): number {
    return this.#entries.size;
  }

  entry(uuid: string): Entry | undefined {
    return this.#entries.get(uuid);
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  cursorBefore(moment: number): number | undefined {
    return this.#trail.before(moment);
  }

  /** The next `forget` looks again, whatever its time. */
  forgetAnew(): void {
    this.#forgotAt = -Infinity;
  }

  clearQueue(): void {
    this.#queue.clear();
  }

  deadLetters(): Entry[] {
    return [...this.#entries.values()].filter(({ state }) => state === 'dead');
  }

  /** How many of those created since then are known. */
  knownSince(createdAt: number): number {
    let known = 0;
    for (const entry of this.#entries.values()) if (entry.createdAt >= createdAt) known += 1;
    return known;
  }

  /** Claims the oldest queued alert. It is now running, so nobody else gets it. */
  next(): Entry | undefined {
    for (;;) {
      const entry = this.#queue.shift();
      // An earlier attempt succeeded late and delivered it while it was queued.
      if (entry !== undefined && entry.state !== 'queued') continue;
      if (entry !== undefined) this.#move(entry, 'running');
      return entry;
    }
  }

  /** The next alerts, oldest first. They stay queued. */
  upcoming(count: number): Entry[] {
    return this.#queue.oldest(count).filter(({ state }) => state === 'queued');
  }

  /** Puts the alert back into the queue; nothing was sent. */
  putBack(entry: Entry): void {
    this.#move(entry, 'queued');
    this.#queue.push(entry);
  }

  /** Queues the alerts again whose runs a stop interrupted. */
  requeue(): void {
    // Replayed alerts may have changed state, so the queue is rebuilt.
    this.#queue.clear();
    for (const entry of this.#entries.values()) {
      if (entry.state === 'running' || entry.state === 'waiting') {
        if (entry.attempt > 0) entry.source = 'retry';
        this.#move(entry, 'queued');
      }
      if (entry.state === 'queued') this.#queue.push(entry);
    }
  }

  apply(record: LedgerRecord): void {
    switch (record[0]) {
      case 'since':
        this.#since = record[1];
        if (this.#cursor === undefined) this.#moveCursor(record[1]);
        return;
      case 'cursor':
        this.#moveCursor(record[1]);
        return;
      case 'queued':
        this.#enqueue(record[1], record[2], record[3]);
        return;
      case 'entry':
        this.add(entryOf(record));
        return;
      case 'created':
        this.#postdate(this.#entries.get(record[1]), record[2]);
        return;
      default:
        this.#applyTo(this.#entries.get(record[1]), record);
    }
  }

  add(entry: Entry): void {
    const known = this.#entries.get(entry.uuid);
    if (known !== undefined) this.#drop(known);
    this.#entries.set(entry.uuid, entry);
    this.#counts[entry.state] += 1;
  }

  /** Forgets alerts that no later read can find again, and old dead letters. */
  forget(now: number): void {
    if (now < this.#forgotAt + FORGET_EVERY_SECONDS) return;
    this.#forgotAt = now;
    const unreachable = now - OVERLAP_SECONDS - 1;
    for (const entry of this.#entries.values()) {
      const done = entry.state === 'delivered' || entry.state === 'filtered';
      if (done && entry.createdAt < unreachable) this.#drop(entry);
      else if (entry.died !== undefined && entry.died.at < now - MAX_DEAD_AGE_SECONDS) this.#drop(entry);
    }
  }

  boundDead(): void {
    if (this.#counts.dead <= MAX_DEAD) return;
    const dead = [...this.#entries.values()].filter((entry) => entry.died !== undefined);
    dead.sort((one, other) => (one.died?.at ?? 0) - (other.died?.at ?? 0));
    // In groups, to avoid sorting for each alert.
    for (const entry of dead.slice(0, dead.length - MAX_DEAD + MAX_DEAD / 100)) this.#drop(entry);
  }

  /**
   * The cursor comes last. Before it stands one from which a read finds all that is not done with, for if the end
   * cannot be read one day, the trigger goes on from there.
   */
  snapshot(): LedgerRecord[] {
    const records: LedgerRecord[] = [];
    if (this.#since !== undefined) records.push(['since', this.#since]);
    if (this.#cursor !== undefined) records.push(['cursor', this.#oldestOpen(this.#cursor)]);
    for (const entry of this.#entries.values()) records.push(recordOf(entry));
    for (const place of this.#trail.places) records.push(['cursor', place]);
    return records;
  }

  #moveCursor(to: number): void {
    this.#cursor = to;
    this.#trail.add(to);
  }

  #applyTo(
    entry: Entry | undefined,
    record: Exclude<LedgerRecord, ['since' | 'cursor' | 'queued' | 'created' | 'entry', ...unknown[]]>,
  ): void {
    // The ledger forgot it in the meantime: a dead letter that succeeded a month later.
    if (entry === undefined) return;
    this.#move(entry, record[0]);
    delete entry.died;
    if (record[0] === 'running') {
      entry.attempt = record[2];
      // Only what has passed the filters is sent.
      entry.passed = true;
    }
    if (record[0] === 'waiting') entry.failures = record[2];
    if (record[0] === 'dead') entry.died = { at: record[2], reason: record[3], code: record[4] ?? '' };
  }

  #enqueue(uuid: string, createdAt: number, source: AlertSource): void {
    const known = this.#entries.get(uuid);
    const passed = source === 'rerun';
    const entry: Entry = known ?? {
      uuid,
      createdAt,
      state: 'queued',
      source,
      attempt: 0,
      failures: 0,
      passed,
    };
    if (known === undefined) this.add(entry);
    else {
      this.#move(known, 'queued');
      known.source = source;
      known.failures = 0;
      known.passed ||= passed;
      delete known.died;
    }
    this.#queue.push(entry);
  }

  #postdate(entry: Entry | undefined, createdAt: number): void {
    if (entry === undefined) return;
    entry.createdAt = createdAt;
    this.#queue.moved(entry);
  }

  #move(entry: Entry, state: EntryState): void {
    this.#counts[entry.state] -= 1;
    this.#counts[state] += 1;
    entry.state = state;
  }

  #drop(entry: Entry): void {
    this.#counts[entry.state] -= 1;
    this.#entries.delete(entry.uuid);
  }

  #oldestOpen(cursor: number): number {
    let oldest = cursor;
    for (const { state, createdAt } of this.#entries.values())
      if (state === 'queued' || state === 'running' || state === 'waiting')
        oldest = Math.min(oldest, createdAt);
    return oldest;
  }
}
