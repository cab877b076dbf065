import { type Hash, createHash } from 'node:crypto';

/** A value beyond these limits takes too long to compare: it counts as different from all others. */
const MAX_VALUES = 100_000;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 500;

/**
 * A hash that is the same only for equal values. Undefined for values that cannot be compared: functions,
 * throwing getters, and values that are too large, too deep, or circular.
 */
export function fingerprint(value: unknown): string | undefined {
  const walk = new Walk();
  try {
    walk.add(value, 0);
  } catch {
    return undefined;
  }
  return walk.hash.digest('base64');
}

class Walk {
  readonly hash: Hash = createHash('sha256');
  #values = 0;
  #bytes = 0;

  add(value: unknown, depth: number): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES || depth > MAX_DEPTH) throw new RangeError('too much');
    switch (typeof value) {
      case 'string':
        this.#text(`"${value.length}:${value}`);
        return;
      case 'object':
        if (value === null) this.#text('null ');
        else this.#addObject(value, depth);
        return;
      case 'function':
      case 'symbol':
        throw new TypeError('cannot be compared');
      default:
        this.#text(`${typeof value} ${String(value)} `);
    }
  }

  #addObject(value: object, depth: number): void {
    if (ArrayBuffer.isView(value)) {
      this.#text(`bytes ${value.byteLength}:`);
      this.#data(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else if (value instanceof Date) {
      this.#text(`date ${value.getTime()} `);
    } else if (Array.isArray(value)) {
      this.#text(`[${value.length}`);
      for (const item of value) this.add(item, depth + 1);
    } else if (value instanceof Map || value instanceof Set) {
      this.#text(`${value.constructor.name} `);
      this.add([...value], depth + 1);
    } else {
      if (value instanceof Error) this.#text(`${value.name} ${value.message} `);
      const names = Object.keys(value).sort();
      this.#text(`{${names.length}`);
      for (const name of names) {
        this.#text(`"${name.length}:${name}`);
        this.add((value as Record<string, unknown>)[name], depth + 1);
      }
    }
  }

  #text(text: string): void {
    this.#count(text.length);
    this.hash.update(text);
  }

  #data(data: Uint8Array): void {
    this.#count(data.byteLength);
    this.hash.update(data);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_BYTES) throw new RangeError('too much');
  }
}
