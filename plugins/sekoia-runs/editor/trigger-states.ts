import type { Changes } from '../../../lib/triggers/changes';
import { type ApiProblem, type TriggerInfo, listTriggers } from './api';

/** The triggers that are deployed, as far as the editor was told. */
export class TriggerStates {
  #triggers = new Map<string, TriggerInfo>();
  readonly #listeners: (() => void)[] = [];
  /** Why they could not be read; undefined if they could. */
  problem: ApiProblem | undefined;
  isLoaded = false;

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
    this.isLoaded = true;
    this.#tell();
  }

  /** Takes over what the runtime answered about one of them. */
  set(trigger: TriggerInfo): void {
    this.#triggers.set(trigger.id, trigger);
    this.#tell();
  }

  /** @returns whether all of it is about triggers that are known */
  apply(changes: Changes['triggers']): boolean {
    for (const { id, on, state } of changes) {
      const known = this.#triggers.get(id);
      if (known !== undefined) this.#triggers.set(id, { ...known, on, state });
    }
    if (changes.length > 0) this.#tell();
    return changes.every(({ id }) => this.#triggers.has(id));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
