import type { RunStatus } from '../history';
import type { Changes, TriggerChange } from './changes';
import type { ShownState } from './shown-state';

/** Nobody reads faster than five times per second. */
const TOLD_EVERY_MS = 200;

const MANY = 50;

/** Collects changes and reports each run and trigger once, with its latest state. */
export class ChangeFeed {
  readonly #publish: (changes: Changes) => void;
  readonly #runs = new Map<string, RunStatus>();
  readonly #triggers = new Map<string, TriggerChange>();
  /** The last reported state of each trigger. */
  readonly #published = new Map<string, string>();
  #next: NodeJS.Timeout | undefined;
  #many = false;

  constructor(publish: (changes: Changes) => void) {
    this.#publish = publish;
  }

  run(id: string, status: RunStatus): void {
    this.#runs.set(id, status);
    if (this.#runs.size > MANY) {
      this.#runs.clear();
      this.#many = true;
    }
    this.#soon();
  }

  trigger(id: string, on: boolean, state: ShownState): void {
    const now = `${String(on)} ${state}`;
    if (this.#published.get(id) === now) {
      this.#triggers.delete(id);
      return;
    }
    this.#triggers.set(id, { id, on, state });
    this.#soon();
  }

  /** A trigger is no longer there. */
  forget(id: string): void {
    this.#triggers.delete(id);
    this.#published.delete(id);
  }

  #soon(): void {
    if (this.#next === undefined) this.#next = setTimeout(() => this.#now(), TOLD_EVERY_MS).unref();
  }

  #now(): void {
    this.#next = undefined;
    const triggers = [...this.#triggers.values()];
    const runs = this.#many ? [] : [...this.#runs].map(([id, status]) => ({ id, status }));
    if (triggers.length > 0 || runs.length > 0 || this.#many)
      this.#publish({ runs, triggers, ...(this.#many && { many: true }) });
    for (const { id, on, state } of triggers) this.#published.set(id, `${String(on)} ${state}`);
    this.#runs.clear();
    this.#triggers.clear();
    this.#many = false;
  }
}
