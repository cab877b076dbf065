import type { Named } from '../history';
import type { TriggerLife } from './trigger-life';

/** A trigger that is deployed, with what the editor calls it at present. */
export interface DeployedTrigger {
  readonly life: TriggerLife;
  readonly names: () => { trigger: Named; flow: Named };
}

/** A trigger that can be told that an alert was delivered. */
interface Confirming {
  confirm(uuid: string): boolean;
}

/** The triggers that are deployed, by their ids. */
export class TriggerRegistry {
  readonly #triggers = new Map<string, DeployedTrigger>();

  get all(): DeployedTrigger[] {
    return [...this.#triggers.values()];
  }

  get(id: string): DeployedTrigger | undefined {
    return this.#triggers.get(id);
  }

  /**
   * The flow says that an alert was delivered.
   * @returns whether a trigger has it under way; false: nobody waits for it
   */
  confirm(uuid: string): boolean {
    return this.all.some(({ life }) => (life as Partial<Confirming>).confirm?.(uuid) === true);
  }

  /** The returned function takes it out; by then another deploy may have put another one in its place. */
  add(trigger: DeployedTrigger): () => void {
    const { id } = trigger.life;
    this.#triggers.set(id, trigger);
    return () => {
      if (this.#triggers.get(id) === trigger) this.#triggers.delete(id);
    };
  }
}
