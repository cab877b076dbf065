import { CursorTrail } from './cursor-trail';
import type { Death, Entry, EntryState } from './entry';
import { EntryQueue } from './entry-queue';
import { GroupCommit } from '../storage/group-commit';
import type { LedgerError } from '../storage/ledger-error';
import type { AlertSource, LedgerRecord } from './ledger-record';
import type { LedgerStorage } from '../storage/ledger-storage';

/** Alerts may become visible late: each catch-up read goes back this far behind the cursor. */
export const OVERLAP_SECONDS = 600;

const MAX_DEAD_AGE_SECONDS = 30 * 24 * 3600;
const MAX_DEAD = 10_000;
const FORGET_EVERY_SECONDS = 60;

export interface LedgerOptions {
  storage: LedgerStorage<LedgerRecord>;
  onTrouble: (error: LedgerError | undefined) => void;
}

export type LedgerCounts = Readonly<Record<EntryState, number>>;

/**
 * What became of each alert, and how far the alert list has been read. Every change is written down, so
 * that whatever happens to the process, the next one goes on from here.
 *
 *   take ─▶ queued ─▶ running ─▶ delivered
 *             ▲        │ │ └───▶ filtered
 *             │        │ └─────▶ dead ── rerun ─▶ queued
 *             └─ due ─ waiting ◀── failed
 *
 * After a restart, what was running or waiting is queued again. Bounded: what no later read of the list can
 * meet again is forgotten, the dead after 30 days or 10,000.
 */
export class Ledger {
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
  readonly #commit: GroupCommit<LedgerRecord>;
  #since: number | undefined;
  #cursor: number | undefined;
  readonly #trail = new CursorTrail();
  #forgotAt = -Infinity;

  private constructor(options: LedgerOptions) {
    this.#commit = new GroupCommit({ ...options, snapshot: () => this.#snapshot() });
  }

  /** @throws LedgerError when the storage cannot be read; it is left as it is. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    for (const record of await options.storage.load()) ledger.#apply(record);
    ledger.#recover();
    return ledger;
  }

  /** Alerts created before this are not the trigger's business. Undefined until the first start is done. */
  get since(): number | undefined {
    return this.#since;
  }

  /** All alerts created up to here have been taken in by reads of the list. */
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

  givenUp(): Entry[] {
    return [...this.#entries.values()].filter(({ state }) => state === 'dead');
  }

  /** How many of those created since then are known. */
  knownSince(createdAt: number): number {
    let known = 0;
    for (const entry of this.#entries.values()) if (entry.createdAt >= createdAt) known += 1;
    return known;
  }

  /** Fixes the moment from which alerts count; the cursor starts there. */
  start(since: number): void {
    this.#record(['since', since]);
  }

  /** Moves the cursor forward, never back. Only for what has been taken in. */
  advance(createdAt: number): void {
    if (this.#cursor !== undefined && createdAt <= this.#cursor) return;
    this.#record(['cursor', createdAt]);
    this.#forget(createdAt);
  }

  /** Where the cursor was before a moment, at the latest. */
  cursorBefore(moment: number): number | undefined {
    return this.#trail.before(moment);
  }

  /** Moves a cursor back that came to be in the future, and the beginning of all, if need be. */
  setBack(to: number): void {
    if (this.#since !== undefined && this.#since > to) this.#record(['since', to]);
    this.#record(['cursor', to]);
    this.#forgotAt = -Infinity;
  }

  /** Takes in an alert that is not to be sent: it was there before the trigger. */
  passOver(uuid: string, createdAt: number): void {
    if (this.#entries.has(uuid)) return;
    this.#record(['queued', uuid, createdAt, 'catch-up']);
    this.#record(['filtered', uuid]);
  }

  /** Takes in an alert. False if it is known: each is delivered once. */
  take(uuid: string, createdAt: number, source: AlertSource): boolean {
    const known = this.#entries.get(uuid);
    if (known !== undefined) {
      // A notice may give its own time; the alert's decides how long it must be remembered.
      if (createdAt > known.createdAt) this.#record(['created', uuid, createdAt]);
      return false;
    }
    this.#record(['queued', uuid, createdAt, source]);
    return true;
  }

  /** The oldest alert whose turn it is, now running in the sense that nobody else gets it. */
  next(): Entry | undefined {
    for (;;) {
      const entry = this.#queue.shift();
      // Delivered while it was queued: an earlier attempt succeeded late.
      if (entry !== undefined && entry.state !== 'queued') continue;
      if (entry !== undefined) this.#move(entry, 'running');
      return entry;
    }
  }

  /** Those whose turn comes next, oldest first; they stay queued. */
  upcoming(count: number): Entry[] {
    return this.#queue.oldest(count).filter(({ state }) => state === 'queued');
  }

  /** Its turn is put off: nothing was sent. */
  putBack(entry: Entry): void {
    this.#move(entry, 'queued');
    this.#queue.push(entry);
  }

  /** It is sent now. Returns which time this is. */
  sending(entry: Entry): number {
    this.#record(['running', entry.uuid, entry.attempt + 1]);
    return entry.attempt;
  }

  /** It is not delivered after all, as an earlier attempt had made believe: it depends on the one under way. */
  underWay(entry: Entry): void {
    this.#remember(entry);
    this.#record(['running', entry.uuid, entry.attempt]);
  }

  /** It was not sent after all, although it was written down that it would be. It may be forgotten by now. */
  unsent(entry: Entry): void {
    this.#record(['queued', entry.uuid, entry.createdAt, entry.source]);
  }

  /** Its run failed; it waits. `counted`: whether that uses up one of its retries. */
  failed(entry: Entry, counted: boolean): void {
    this.#remember(entry);
    this.#record(['waiting', entry.uuid, entry.failures + (counted ? 1 : 0)]);
  }

  /** Its wait is over. */
  due(entry: Entry): void {
    if (entry.state !== 'waiting') return;
    entry.source = 'retry';
    this.putBack(entry);
  }

  delivered(entry: Entry): void {
    this.#record(['delivered', entry.uuid]);
  }

  filtered(entry: Entry): void {
    this.#record(['filtered', entry.uuid]);
  }

  dead(entry: Entry, { at, reason, code }: Death): void {
    this.#remember(entry);
    this.#record(['dead', entry.uuid, at, reason, code]);
    this.#boundDead();
  }

  /** Queues an alert once more because somebody asked for it. False if it is already on its way. */
  rerun(uuid: string, createdAt: number): boolean {
    if (this.isOnItsWay(uuid)) return false;
    this.#record(['queued', uuid, this.#entries.get(uuid)?.createdAt ?? createdAt, 'rerun']);
    return true;
  }

  /** Whether it waits to be sent, or is being sent. */
  isOnItsWay(uuid: string): boolean {
    const state = this.#entries.get(uuid)?.state;
    return state === 'queued' || state === 'running' || state === 'waiting';
  }

  /** What was under way, and is no longer since the trigger stopped, is queued again. */
  requeue(): void {
    // Replaying queued alerts that went on since; the queue is made anew.
    this.#queue.clear();
    for (const entry of this.#entries.values()) {
      if (entry.state === 'running' || entry.state === 'waiting') {
        if (entry.attempt > 0) entry.source = 'retry';
        this.#move(entry, 'queued');
      }
      if (entry.state === 'queued') this.#queue.push(entry);
    }
  }

  /**
   * Passes over everything that waits, these alerts, and all that were created before a moment. What was given
   * up stays.
   */
  skip(until: number, alerts: readonly { uuid: string; createdAt: number }[]): void {
    for (const { uuid, createdAt } of alerts) this.take(uuid, createdAt, 'catch-up');
    for (const { uuid, state } of this.#entries.values())
      if (state === 'queued' || state === 'waiting') this.#record(['filtered', uuid]);
    this.#queue.clear();
    this.#record(['since', until]);
    this.advance(until);
  }

  /** Resolves when everything so far is written down for good. */
  committed(): Promise<void> {
    return this.#commit.committed();
  }

  close(): Promise<void> {
    return this.#commit.close();
  }

  #record(record: LedgerRecord): void {
    this.#apply(record);
    this.#commit.add(record);
  }

  #apply(record: LedgerRecord): void {
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
        this.#add(entryOf(record));
        return;
      case 'created':
        this.#postdate(this.#entries.get(record[1]), record[2]);
        return;
      default:
        this.#applyTo(this.#entries.get(record[1]), record);
    }
  }

  #moveCursor(to: number): void {
    this.#cursor = to;
    this.#trail.add(to);
  }

  #applyTo(
    entry: Entry | undefined,
    record: Exclude<LedgerRecord, ['since' | 'cursor' | 'queued' | 'created' | 'entry', ...unknown[]]>,
  ): void {
    // Forgotten meanwhile: an alert that was given up and succeeded a month later.
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

  #add(entry: Entry): void {
    const known = this.#entries.get(entry.uuid);
    if (known !== undefined) this.#drop(known);
    this.#entries.set(entry.uuid, entry);
    this.#counts[entry.state] += 1;
  }

  /** Takes an alert in again that was forgotten since it was delivered, before something is written about it. */
  #remember(entry: Entry): void {
    if (this.#entries.has(entry.uuid)) return;
    this.#add(entry);
    this.#commit.add(recordOf(entry));
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
    if (known === undefined) this.#add(entry);
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

  /**
   * After the records were replayed: what was under way is queued again. Nothing is forgotten before the first read:
   * the cursor may turn out to be in the future.
   */
  #recover(): void {
    this.requeue();
    this.#boundDead();
  }

  /** Drops what no later read of the list can meet again, and the dead of long ago. */
  #forget(now: number): void {
    if (now < this.#forgotAt + FORGET_EVERY_SECONDS) return;
    this.#forgotAt = now;
    const unreachable = now - OVERLAP_SECONDS - 1;
    for (const entry of this.#entries.values()) {
      const done = entry.state === 'delivered' || entry.state === 'filtered';
      if (done && entry.createdAt < unreachable) this.#drop(entry);
      else if (entry.died !== undefined && entry.died.at < now - MAX_DEAD_AGE_SECONDS) this.#drop(entry);
    }
  }

  #boundDead(): void {
    if (this.#counts.dead <= MAX_DEAD) return;
    const dead = [...this.#entries.values()].filter((entry) => entry.died !== undefined);
    dead.sort((one, other) => (one.died?.at ?? 0) - (other.died?.at ?? 0));
    // Some at a time, so that each further one does not sort them all again.
    for (const entry of dead.slice(0, dead.length - MAX_DEAD + MAX_DEAD / 100)) this.#drop(entry);
  }

  #drop(entry: Entry): void {
    this.#counts[entry.state] -= 1;
    this.#entries.delete(entry.uuid);
  }

  /**
   * The cursor comes last. Before it stands one from which a read finds all that is not done with, for if the end
   * cannot be read one day, the trigger goes on from there.
   */
  #snapshot(): LedgerRecord[] {
    const records: LedgerRecord[] = [];
    if (this.#since !== undefined) records.push(['since', this.#since]);
    if (this.#cursor !== undefined) records.push(['cursor', this.#oldestOpen(this.#cursor)]);
    for (const entry of this.#entries.values()) records.push(recordOf(entry));
    for (const place of this.#trail.places) records.push(['cursor', place]);
    return records;
  }

  #oldestOpen(cursor: number): number {
    let oldest = cursor;
    for (const { state, createdAt } of this.#entries.values())
      if (state === 'queued' || state === 'running' || state === 'waiting')
        oldest = Math.min(oldest, createdAt);
    return oldest;
  }
}

/** All that is known of an alert in one record, for when the ledger is rewritten. */
function recordOf({ uuid, createdAt, state, source, attempt, failures, passed, died }: Entry): LedgerRecord {
  // Being read for the first time leaves no trace: it may as well be queued.
  const lasting = state === 'running' && attempt === 0 ? 'queued' : state;
  const record: LedgerRecord = ['entry', uuid, createdAt, lasting, source, attempt, failures, passed];
  if (died !== undefined) record.push(died.at, died.reason, died.code);
  return record;
}

function entryOf([, ...record]: Extract<LedgerRecord, ['entry', ...unknown[]]>): Entry {
  const [uuid, createdAt, state, source, attempt, failures, passed, at, reason, code] = record;
  const died = at === undefined ? {} : { died: { at, reason: reason ?? '', code: code ?? '' } };
  return { uuid, createdAt, state, source, attempt, failures, passed, ...died };
}
