import { abortable } from '../util/abortable';
import { CursorTrail } from './cursor-trail';
import type { Death, Entry, EntryState } from './entry';
import { EntryQueue } from './entry-queue';
import { GroupCommit } from '../storage/group-commit';
import type { LedgerError } from '../storage/ledger-error';
import type { AlertSource, LedgerRecord } from './ledger-record';
import type { LedgerStorage } from '../storage/ledger-storage';

/** Alerts can become visible late, so each catch-up read starts this far before the cursor. */
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
 * The state of each alert, and how far the alert list has been read. Every change is recorded, so that the next
 * process can always continue from here.
 *
 *   take ─▶ queued ─▶ running ─▶ delivered
 *             ▲        │ │ └───▶ filtered
 *             │        │ └─────▶ dead ── rerun ─▶ queued
 *             └─ due ─ waiting ◀── failed
 *
 * After a restart, running and waiting alerts are queued again. The ledger is bounded: it forgets alerts that
 * no later read can find again, and dead letters after 30 days or beyond 10,000.
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

  /** @throws LedgerError if the storage cannot be read; the storage does not change */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    for (const record of await options.storage.load()) ledger.#apply(record);
    ledger.#recover();
    return ledger;
  }

  /** The trigger ignores alerts that were created before this time. Undefined before the first start. */
  get since(): number | undefined {
    return this.#since;
  }

  /** Reads of the list have recorded all alerts that were created up to this time. */
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

  /** Sets the time from which alerts count. The cursor starts there. */
  start(since: number): void {
    this.#record(['since', since]);
  }

  /** Moves the cursor forward, never back, and only over recorded alerts. */
  advance(createdAt: number): void {
    if (this.#cursor !== undefined && createdAt <= this.#cursor) return;
    this.#record(['cursor', createdAt]);
    this.#forget(createdAt);
  }

  /** The latest position of the cursor before a time. */
  cursorBefore(moment: number): number | undefined {
    return this.#trail.before(moment);
  }

  /** Sets back a cursor that is in the future, and the start time if necessary. */
  setBack(to: number): void {
    if (this.#since !== undefined && this.#since > to) this.#record(['since', to]);
    this.#record(['cursor', to]);
    this.#forgotAt = -Infinity;
  }

  /** Records an alert that must not be sent because it is older than the trigger. */
  passOver(uuid: string, createdAt: number): void {
    if (this.#entries.has(uuid)) return;
    this.#record(['queued', uuid, createdAt, 'catch-up']);
    this.#record(['filtered', uuid]);
  }

  /** Accepts a new alert. Returns false if it is known: each alert is delivered once. */
  take(uuid: string, createdAt: number, source: AlertSource): boolean {
    const known = this.#entries.get(uuid);
    if (known !== undefined) {
      // A notice may contain its own time. The alert's time decides how long the ledger remembers it.
      if (createdAt > known.createdAt) this.#record(['created', uuid, createdAt]);
      return false;
    }
    this.#record(['queued', uuid, createdAt, source]);
    return true;
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

  /**
   * Writes down what must be, before an alert is sent. This is the only place where at most once is decided: the
   * alert counts as delivered, on the disk, before it is sent.
   * @returns which time it is sent; undefined if it must not be sent, since the trigger stops
   */
  async beginAttempt(entry: Entry, atMostOnce: boolean, signal: AbortSignal): Promise<number | undefined> {
    if (signal.aborted) return undefined;
    this.#record(['running', entry.uuid, entry.attempt + 1]);
    const { attempt } = entry;
    if (!atMostOnce) return attempt;
    this.delivered(entry);
    try {
      await abortable(this.committed(), signal);
      return attempt;
    } catch {
      this.unsent(entry);
      return undefined;
    }
  }

  /** Revokes a delivery by an earlier attempt: the attempt in progress decides now. */
  underWay(entry: Entry): void {
    this.#remember(entry);
    this.#record(['running', entry.uuid, entry.attempt]);
  }

  /** Revokes a recorded attempt: the alert was not sent. The ledger may have forgotten it by now. */
  unsent(entry: Entry): void {
    this.#record(['queued', entry.uuid, entry.createdAt, entry.source]);
  }

  /** Its run failed; it waits. `counted`: whether this uses up a retry. */
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

  /** Reruns an alert. Returns false if it is already on its way. */
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

  /** Skips all waiting alerts, the given alerts, and all alerts created before a time. Dead letters stay. */
  skip(until: number, alerts: readonly { uuid: string; createdAt: number }[]): void {
    for (const { uuid, createdAt } of alerts) this.take(uuid, createdAt, 'catch-up');
    for (const { uuid, state } of this.#entries.values())
      if (state === 'queued' || state === 'waiting') this.#record(['filtered', uuid]);
    this.#queue.clear();
    this.#record(['since', until]);
    this.advance(until);
  }

  /** Resolves when all changes so far are durable. */
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

  #add(entry: Entry): void {
    const known = this.#entries.get(entry.uuid);
    if (known !== undefined) this.#drop(known);
    this.#entries.set(entry.uuid, entry);
    this.#counts[entry.state] += 1;
  }

  /** Records a forgotten alert again before it records anything about it. */
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

  /** Forgets alerts that no later read can find again, and old dead letters. */
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
    // In groups, to avoid sorting for each alert.
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
