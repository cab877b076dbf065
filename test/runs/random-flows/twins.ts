import { hooks } from '../support/runs-fixture';
import { tagsIn } from './oracle';

interface HookEvent {
  readonly msg: { readonly payload?: unknown };
  readonly destination?: { readonly id: string };
}

/** Sees which alerts ask a node for the same while it is at work on it already. */
export class Twins {
  readonly #keys = new WeakMap<object, string>();
  readonly #underWay = new Map<string, number>();
  readonly #tags = new Set<string>();

  watch(label: string): void {
    hooks.add(`onReceive.${label}`, ({ msg, destination }: HookEvent) => {
      const id = destination?.id ?? '';
      if (!/http|inner|check|exec/.test(id)) return;
      const key = `${id} ${JSON.stringify(msg.payload)}`;
      const count = (this.#underWay.get(key) ?? 0) + 1;
      this.#underWay.set(key, count);
      this.#keys.set(msg, key);
      if (count > 1) for (const tag of tagsIn(key)) this.#tags.add(tag);
    });
    hooks.add(`onComplete.${label}`, ({ msg }: HookEvent) => {
      const key = this.#keys.get(msg);
      if (key !== undefined) this.#underWay.set(key, (this.#underWay.get(key) ?? 1) - 1);
    });
  }

  has(tag: string): boolean {
    return this.#tags.has(tag);
  }
}
