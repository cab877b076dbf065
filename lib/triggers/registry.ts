import type { Named } from '../history';
import type { TriggerLife } from './trigger-life';

/** A deployed trigger with its current name in the editor. */
export interface DeployedTrigger {
  readonly life: TriggerLife;
  readonly names: () => { trigger: Named; flow: Named };
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
   * Confirms an alert. Returns false if no trigger has sent it or waits for a confirmation; it may be delivered
   * already.
   */
  confirm(uuid: string): boolean {
    // Every trigger checks it, because several triggers may have sent the same alert into one flow.
    return this.all.map(({ life }) => life.confirm(uuid)).includes(true);
  }

  /** The returned function removes it, unless another deploy has replaced it. */
  add(trigger: DeployedTrigger): () => void {
    const { id } = trigger.life;
    this.#triggers.set(id, trigger);
    return () => {
      if (this.#triggers.get(id) === trigger) this.#triggers.delete(id);
    };
  }
}
