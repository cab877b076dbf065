import { abortable } from '../util/abortable';
import type { Death, Entry } from './entry';
import { recordOf } from './entry-record';
import { GroupCommit } from '../storage/group-commit';
import type { LedgerError } from '../storage/ledger-error';
import type { AlertSource, LedgerRecord } from './ledger-record';
import { type LedgerCounts, LedgerState } from './ledger-state';
import type { LedgerStorage } from '../storage/ledger-storage';

export { OVERLAP_SECONDS, type LedgerCounts } from './ledger-state';

export interface LedgerOptions {
  storage: LedgerStorage<LedgerRecord>;
  onTrouble: (error: LedgerError | undefined) => void;
}

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
  readonly #state = new LedgerState();
  readonly #commit: GroupCommit<LedgerRecord>;

  private constructor(options: LedgerOptions) {
    this.#commit = new GroupCommit({ ...options, snapshot: () => this.#state.snapshot() });
  }

  /** @throws LedgerError if the storage cannot be read; the storage does not change */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    for (const record of await options.storage.load()) ledger.#state.apply(record);
    // Nothing is forgotten before the first read: the cursor may turn out to be in the future.
    ledger.#state.requeue();
    ledger.#state.boundDead();
    return ledger;
  }

  /** The trigger ignores alerts that were created before this time. Undefined before the first start. */
  get since(): number | undefined {
    return this.#state.since;
  }

  /** Reads of the list have recorded all alerts that were created up to this time. */
  get cursor(): number | undefined {
    return this.#state.cursor;
  }

  get counts(): LedgerCounts {
    return this.#state.counts;
  }

  get size(): number {
    return this.#state.size;
  }

  entry(uuid: string): Entry | undefined {
    return this.#state.entry(uuid);
  }

  deadLetters(): Entry[] {
    return this.#state.deadLetters();
  }

  /** How many known alerts were created since then. */
  knownSince(createdAt: number): number {
    return this.#state.knownSince(createdAt);
  }

  /** The oldest queued alert, now running: nobody else gets it. */
  next(): Entry | undefined {
    return this.#state.next();
  }

  /** The next alerts to be sent, oldest first. They stay queued. */
  upcoming(count: number): Entry[] {
    return this.#state.upcoming(count);
  }

  /** Queues an alert again of which nothing was sent. */
  putBack(entry: Entry): void {
    this.#state.putBack(entry);
  }

  /** Queues again what was in progress when the trigger stopped. */
  requeue(): void {
    this.#state.requeue();
  }

  /** Sets the time from which alerts count. The cursor starts there. */
  start(since: number): void {
    this.#record(['since', since]);
  }

  /** Moves the cursor forward, never back, and only over recorded alerts. */
  advance(createdAt: number): void {
    const { cursor } = this.#state;
    if (cursor !== undefined && createdAt <= cursor) return;
    this.#record(['cursor', createdAt]);
    this.#state.forget(createdAt);
  }

  /** The latest position of the cursor before a time. */
  cursorBefore(moment: number): number | undefined {
    return this.#state.cursorBefore(moment);
  }

  /** Sets back a cursor that is in the future, and the start time if necessary. */
  setBack(to: number): void {
    const { since } = this.#state;
    if (since !== undefined && since > to) this.#record(['since', to]);
    this.#record(['cursor', to]);
    this.#state.forgetAnew();
  }

  /** Records an alert that must not be sent because it is older than the trigger. */
  passOver(uuid: string, createdAt: number): void {
    if (this.#state.entry(uuid) !== undefined) return;
    this.#record(['queued', uuid, createdAt, 'catch-up']);
    this.#record(['filtered', uuid]);
  }

  /** Accepts a new alert. Returns false if it is known: each alert is delivered once. */
  take(uuid: string, createdAt: number, source: AlertSource): boolean {
    const known = this.#state.entry(uuid);
    if (known !== undefined) {
      // A notice may contain its own time. The alert's time decides how long the ledger remembers it.
      if (createdAt > known.createdAt) this.#record(['created', uuid, createdAt]);
      return false;
    }
    this.#record(['queued', uuid, createdAt, source]);
    return true;
  }

  /**
   * Records that an alert is about to be sent. This is the only place that knows at most once: the alert then counts
   * as delivered, on the disk, before it is sent. If the signal aborts, it does not wait for the disk.
   * @returns the number of the attempt
   */
  async beginAttempt(entry: Entry, atMostOnce: boolean, signal: AbortSignal): Promise<number> {
    this.#record(['running', entry.uuid, entry.attempt + 1]);
    const { attempt } = entry;
    if (atMostOnce) {
      this.delivered(entry);
      await abortable(this.committed(), signal).catch(() => undefined);
    }
    return attempt;
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
    this.#state.putBack(entry);
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
    this.#state.boundDead();
  }

  /** Reruns an alert. Returns false if it is already on its way. */
  rerun(uuid: string, createdAt: number): boolean {
    if (this.isOnItsWay(uuid)) return false;
    this.#record(['queued', uuid, this.#state.entry(uuid)?.createdAt ?? createdAt, 'rerun']);
    return true;
  }

  /** Whether it waits to be sent, or is being sent. */
  isOnItsWay(uuid: string): boolean {
    const state = this.#state.entry(uuid)?.state;
    return state === 'queued' || state === 'running' || state === 'waiting';
  }

  /** Skips all waiting alerts, the given alerts, and all alerts created before a time. Dead letters stay. */
  skip(until: number, alerts: readonly { uuid: string; createdAt: number }[]): void {
    for (const { uuid, createdAt } of alerts) this.take(uuid, createdAt, 'catch-up');
    for (const { uuid, state } of this.#state.entries())
      if (state === 'queued' || state === 'waiting') this.#record(['filtered', uuid]);
    this.#state.clearQueue();
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
    this.#state.apply(record);
    this.#commit.add(record);
  }

  /** Records a forgotten alert again before it records anything about it. */
  #remember(entry: Entry): void {
    if (this.#state.entry(entry.uuid) !== undefined) return;
    this.#state.add(entry);
    this.#commit.add(recordOf(entry));
  }
}
