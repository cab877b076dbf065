import type { LedgerRecord } from '../../../lib/delivery/ledger-record';
import type { LedgerStorage } from '../../../lib/storage/ledger-storage';

/** A storage that shows what was written, refuses when it is told to, and takes as long as it is told to. */
export class MemoryStorage<Item = LedgerRecord> implements LedgerStorage<Item> {
  readonly name = 'memory';
  /** What each `append` wrote. */
  readonly commits: Item[][] = [];
  /** What `compact` was given. */
  readonly compacted: Item[][] = [];
  worthCompacting = false;
  /** `append` throws this. */
  refusal: Error | undefined;
  /** `append` waits for this. */
  gate: Promise<void> | undefined;
  /** Calls of `append`, also those that were refused. */
  attempts = 0;
  closed = 0;
  #content: Item[];

  constructor(content: Item[] = []) {
    this.#content = [...content];
  }

  /** All that a later `load` gives. */
  get content(): readonly Item[] {
    return this.#content;
  }

  load(): Promise<Item[]> {
    return Promise.resolve([...this.#content]);
  }

  async append(items: readonly Item[]): Promise<void> {
    this.attempts += 1;
    if (this.gate !== undefined) await this.gate;
    if (this.refusal !== undefined) throw this.refusal;
    this.commits.push([...items]);
    this.#content.push(...items);
  }

  async compact(items: readonly Item[]): Promise<void> {
    this.compacted.push([...items]);
    if (this.refusal !== undefined) throw this.refusal;
    this.#content = [...items];
    await Promise.resolve();
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}
