import type { Changes } from '../../../lib/triggers/changes';
import { type ApiProblem, type TriggerInfo, listTriggers } from './api';

/** The deployed triggers, as last reported to the editor. */
export class TriggerStates {
  #triggers = new Map<string, TriggerInfo>();
  readonly #listeners: (() => void)[] = [];
  /** Why the last read failed. Undefined: it succeeded. */
  problem: ApiProblem | undefined;

  get all(): readonly TriggerInfo[] {
    return [...this.#triggers.values()];
  }

  get(id: string): TriggerInfo | undefined {
    return this.#triggers.get(id);
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async load(): Promise<void> {
    try {
      const { triggers } = await listTriggers();
      this.#triggers = new Map(triggers.map((trigger) => [trigger.id, trigger]));
      this.problem = undefined;
    } catch (problem) {
      this.problem = problem as ApiProblem;
    }
    this.#notify();
  }

  /** Stores the runtime's answer about one trigger. */
  set(trigger: TriggerInfo): void {
    this.#triggers.set(trigger.id, trigger);
    this.#notify();
  }

  /** @returns whether all changes are about known triggers */
  apply(changes: Changes['triggers']): boolean {
    for (const { id, on, state } of changes) {
      const known = this.#triggers.get(id);
      if (known !== undefined) this.#triggers.set(id, { ...known, on, state });
    }
    if (changes.length > 0) this.#notify();
    return changes.every(({ id }) => this.#triggers.has(id));
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
