import { numberOf } from './random';

/** A request, a command or a check that was asked for, and what the one who was asked said. */
interface Asked {
  /** The same for the same request. */
  readonly key: string;
  readonly accepted: boolean;
}

const TAG = /A\d+_\d+/g;

export function tagsIn(key: string): ReadonlySet<string> {
  return new Set(key.match(TAG));
}

/**
 * Decides at random, but the same for the same seed, what is refused, and keeps a record of that. A request is
 * about the alerts whose tags are in it.
 */
export class Oracle {
  readonly #byTag = new Map<string, Asked[]>();
  readonly #counts = new Map<string, number>();

  /** Whether a request is refused, which is recorded. */
  refuses(seed: number, key: string, probability: number): boolean {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const accepted = numberOf(`${seed} ${count} ${key}`) >= probability;
    for (const tag of tagsIn(key)) {
      const asked = this.#byTag.get(tag) ?? [];
      asked.push({ key, accepted });
      this.#byTag.set(tag, asked);
    }
    return !accepted;
  }

  /** What was refused of an alert and not accepted later. */
  standing(tag: string): string[] {
    const last = new Map<string, boolean>();
    for (const { key, accepted } of this.#byTag.get(tag) ?? []) last.set(key, accepted);
    return [...last].filter(([, accepted]) => !accepted).map(([key]) => key);
  }

  /** Whether something of an alert was refused, and the same was accepted later. */
  madeGood(tag: string): boolean {
    const refused = new Set<string>();
    return (this.#byTag.get(tag) ?? []).some(({ key, accepted }) => {
      if (!accepted) refused.add(key);
      return accepted && refused.has(key);
    });
  }
}
