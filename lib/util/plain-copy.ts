import { types } from 'node:util';

/** A copy of plain data, and its approximate length as JSON. */
export interface PlainCopy<Value> {
  readonly value: Value;
  readonly bytes: number;
}

export interface CopyLimits {
  /** Approximate length as JSON. */
  readonly bytes: number;
  /** Levels of objects and arrays. */
  readonly depth: number;
}

const UNLIMITED: CopyLimits = { bytes: Infinity, depth: Infinity };

/**
 * Copies plain objects, arrays and simple values, which nearly all messages are made of. It runs no code of the
 * value, no getter and no proxy. It is many times faster than `structuredClone`, which on Node.js 20 sends the value
 * through a message port.
 * @returns undefined when the value holds anything else, or exceeds the limits
 */
export function plainCopy<Value>(value: Value, limits = UNLIMITED): PlainCopy<Value> | undefined {
  return new Copier(limits).copy(value);
}

/** Copies what JSON.parse made, however deep. */
export function cloneJson<Value>(value: Value): Value {
  const copy = plainCopy(value);
  if (copy === undefined) throw new TypeError('This was not made by JSON.parse');
  return copy.value;
}

class Copier {
  /** Objects with their copies, which are still empty. A list instead of recursion: JSON.parse knows no depth, the stack does. */
  readonly #work: { original: object; copy: object; depth: number }[] = [];
  readonly #limits: CopyLimits;
  #bytes = 0;
  #isPlain = true;

  constructor(limits: CopyLimits) {
    this.#limits = limits;
  }

  copy<Value>(value: Value): PlainCopy<Value> | undefined {
    const root = this.#part(value, 0);
    for (let next = this.#work.pop(); next !== undefined; next = this.#work.pop()) {
      const { original, copy, depth } = next;
      if (Array.isArray(copy)) this.#copyItems(original as unknown[], copy, depth);
      else this.#copyMembers(original, copy, depth);
      if (!this.#isPlain || this.#bytes > this.#limits.bytes) return undefined;
    }
    if (!this.#isPlain || this.#bytes > this.#limits.bytes) return undefined;
    return { value: root as Value, bytes: this.#bytes };
  }

  #copyItems(original: readonly unknown[], copy: unknown[], depth: number): void {
    for (let index = 0; index < original.length; index += 1)
      copy.push(this.#part(this.#dataOf(original, index), depth));
  }

  #copyMembers(original: object, copy: object, depth: number): void {
    for (const name of Object.keys(original)) {
      this.#bytes += name.length + 4;
      const value = this.#part(this.#dataOf(original, name), depth);
      // Assigned, this one would become the prototype.
      if (name === '__proto__') Object.defineProperty(copy, name, { ...WRITABLE, value });
      else (copy as Record<string, unknown>)[name] = value;
    }
  }

  /** The value itself, or what is going to be its copy. */
  #part(value: unknown, depth: number): unknown {
    this.#bytes += typeof value === 'string' ? value.length + 3 : 8;
    if (typeof value !== 'object' || value === null) return value;
    const isArray = !types.isProxy(value) && Array.isArray(value);
    if (
      depth >= this.#limits.depth ||
      !(isArray ? value.length <= this.#limits.bytes : isPlainObject(value))
    ) {
      this.#isPlain = false;
      return undefined;
    }
    const copy = isArray ? [] : {};
    this.#work.push({ original: value, copy, depth: depth + 1 });
    return copy;
  }

  #dataOf(holder: object, name: string | number): unknown {
    const property = Object.getOwnPropertyDescriptor(holder, name);
    if (property?.get !== undefined || property?.set !== undefined) this.#isPlain = false;
    return property?.value;
  }
}

const WRITABLE = { configurable: true, enumerable: true, writable: true };

function isPlainObject(value: object): boolean {
  return !types.isProxy(value) && Object.getPrototypeOf(value) === Object.prototype;
}
