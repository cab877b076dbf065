import { numberOf } from './random';

/** What was asked for: a request, a command or a check. */
interface Asked {
  /** Of the node. */
  readonly id: string;
  /** What it was asked with. */
  readonly properties: ReadonlyMap<string, string>;
}

const TAG = /A\d+_\d+/g;

/** What tells nothing about what is asked for. */
const BOOK_KEEPING =
  /^(_.*|error|statusCode|headers|responseUrl|redirectList|responseCookies|retry|rc|code|n)$/;

export function tagsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(TAG));
}

/**
 * Decides at random, but the same for the same seed, what is refused, and keeps a record of that. What is asked for
 * is about the alerts whose tags are in it.
 */
export class Oracle {
  readonly #standing = new Map<string, Asked[]>();
  readonly #cleared = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** Whether a request is refused, which is recorded. */
  refusesRequest(seed: number, request: string, probability: number): boolean {
    return this.#refuses(seed, { id: 'request', properties: new Map([['request', request]]) }, probability);
  }

  /** Whether a node is to fail with a message, which is recorded. */
  refusesMessage(seed: number, id: string, message: object, probability: number): boolean {
    const properties = new Map<string, string>();
    for (const [name, value] of Object.entries(message)) {
      if (BOOK_KEEPING.test(name)) continue;
      properties.set(
        name,
        JSON.stringify(value, (key, part: unknown) => (key === 'id' ? 0 : part)),
      );
    }
    return this.#refuses(seed, { id, properties }, probability);
  }

  /** What was refused of an alert, and not accepted later: the same, perhaps with more in the message. */
  standing(tag: string): string[] {
    return (this.#standing.get(tag) ?? []).map(textOf);
  }

  /** Whether something of an alert was refused, and the same was accepted later. */
  cleared(tag: string): boolean {
    return this.#cleared.has(tag);
  }

  #refuses(seed: number, asked: Asked, probability: number): boolean {
    const text = textOf(asked);
    const count = (this.#counts.get(text) ?? 0) + 1;
    this.#counts.set(text, count);
    const refused = numberOf(`${seed} ${count} ${text}`) < probability;
    for (const tag of tagsIn(text)) {
      const standing = this.#standing.get(tag) ?? [];
      const same = standing.filter((before) => isSame(before, asked));
      if (same.length > 0 && !refused) this.#cleared.add(tag);
      const left = standing.filter((before) => !same.includes(before));
      if (refused) left.push(same[0] ?? asked);
      this.#standing.set(tag, left);
    }
    return refused;
  }
}

function isSame(before: Asked, asked: Asked): boolean {
  if (before.id !== asked.id) return false;
  return [...before.properties].every(([name, value]) => asked.properties.get(name) === value);
}

function textOf({ id, properties }: Asked): string {
  return `${id} ${[...properties].map(([name, value]) => `${name}=${value}`).join(' ')}`;
}
