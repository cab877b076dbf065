import { EventEmitter } from 'node:events';
import { types } from 'node:util';

import { propertyName } from './credentials';
import {
  type Member,
  CREDENTIAL,
  canBeCredential,
  dataOf,
  membersOf,
  membersOfError,
  membersOfMap,
} from './members';
import type { Secrets } from './secrets';

export interface Encoded {
  readonly json: string;
  readonly bytes: number;
  /** Whether something was left out for its size. */
  readonly cut: boolean;
}

const MAX_DEPTH = 20;
const MAX_NAME_LENGTH = 200;
/** Strings up to this length are kept whole if there is room. */
const SHORT_STRING = 1_000;
const MAX_BYTES_OF_BUFFER = 1_000;
/** For closing an array that turns out not to fit, and for the longer opening that it needs then. */
const ARRAY_RESERVE = 80;

const REMOVED = '"<removed>"';
/** The beginning of something that JSON has no form for, as the debug sidebar marks it. */
const ENCODED = '{"__enc__":true,"type":';
const INTERNAL = `${ENCODED}"internal"}`;

/**
 * Encodes a message as Node-RED's debug sidebar does, and redacts it. It reads no more of the message than there is
 * room for, which bounds its cost too. It runs no code of the message: no getter, no `toJSON`, no proxy.
 */
export function encode(message: unknown, maxBytes: number, secrets: Secrets): Encoded {
  return new Encoder(maxBytes, secrets).encode(message);
}

class Encoder {
  readonly #parts: string[] = [];
  readonly #secrets: Secrets;
  readonly #maxBytes: number;
  readonly #ancestors: object[] = [];
  #left: number;
  #cut = false;

  constructor(maxBytes: number, secrets: Secrets) {
    this.#secrets = secrets;
    this.#maxBytes = maxBytes;
    this.#left = maxBytes;
  }

  encode(message: unknown): Encoded {
    if (!this.#value('', message, false)) return { json: INTERNAL, bytes: INTERNAL.length, cut: true };
    return { json: this.#parts.join(''), bytes: this.#maxBytes - this.#left, cut: this.#cut };
  }

  /**
   * Writes a value after a prefix (a comma, a name). Returns false when there is no room for both.
   * @param amongHeaders whether the value is in an object of headers
   */
  #value(prefix: string, value: unknown, amongHeaders: boolean): boolean {
    switch (typeof value) {
      case 'string':
        return this.#string(prefix, value);
      case 'number':
        if (!Number.isFinite(value)) return this.#marked(prefix, 'number', String(value));
        return this.#secrets.redact(String(value)) === String(value)
          ? this.#put(prefix, JSON.stringify(value))
          : this.#put(prefix, REMOVED);
      case 'boolean':
        return this.#put(prefix, value ? 'true' : 'false');
      case 'bigint':
        return this.#marked(prefix, 'bigint', this.#secrets.redact(String(value)));
      case 'symbol':
        return this.#string(prefix, String(value));
      case 'undefined':
      case 'function':
        return this.#put(prefix, `${ENCODED}"${typeof value}"}`);
      case 'object':
        return value === null ? this.#put(prefix, 'null') : this.#object(prefix, value, amongHeaders);
    }
  }

  #object(prefix: string, value: object, amongHeaders: boolean): boolean {
    if (types.isProxy(value)) return this.#put(prefix, INTERNAL);
    if (this.#ancestors.includes(value)) return this.#put(prefix, '"[Circular ~]"');
    if (this.#ancestors.length >= MAX_DEPTH) {
      this.#cut = true;
      return this.#put(prefix, '"..."');
    }
    const [parts, left, depth] = [this.#parts.length, this.#left, this.#ancestors.length];
    this.#ancestors.push(value);
    try {
      return this.#objectOfKind(prefix, value, amongHeaders);
    } catch {
      // The object refuses to be read.
      this.#parts.length = parts;
      this.#left = left;
      return this.#put(prefix, INTERNAL);
    } finally {
      this.#ancestors.length = depth;
    }
  }

  #objectOfKind(prefix: string, value: object, amongHeaders: boolean): boolean {
    if (Array.isArray(value)) return this.#array(prefix, value, 'array', amongHeaders);
    if (types.isUint8Array(value)) return this.#buffer(prefix, value);
    if (types.isTypedArray(value)) return this.#array(prefix, value, value[Symbol.toStringTag], false);
    if (types.isDate(value)) return this.#put(prefix, JSON.stringify(dateText(value)));
    if (types.isRegExp(value)) return this.#marked(prefix, 'regexp', this.#secrets.redact(String(value)));
    if (types.isMap(value)) {
      const closing = `},"length":${value.size}}`;
      return this.#members(`${prefix}${ENCODED}"map","data":{`, closing, membersOfMap(value), amongHeaders);
    }
    if (types.isSet(value)) {
      const values = Set.prototype.values.call(value) as Iterable<unknown>;
      const closing = `],"length":${value.size}}`;
      return this.#enclosed(`${prefix}${ENCODED}"set","data":[`, closing, values, (comma, item) =>
        this.#value(comma, item, false),
      );
    }
    if (value instanceof Error)
      return this.#members(`${prefix}${ENCODED}"error","data":{`, '}}', membersOfError(value), false);
    // Requests, responses, sockets, nodes.
    if (value instanceof EventEmitter) return this.#put(prefix, INTERNAL);
    if (value instanceof URL) return this.#string(prefix, value.href);
    return this.#members(`${prefix}{`, '}', membersOf(value, amongHeaders), amongHeaders);
  }

  /** As many items as there is room for. */
  #enclosed<Item>(
    opening: string,
    closing: string,
    items: Iterable<Item>,
    write: (comma: string, item: Item) => boolean,
  ): boolean {
    this.#left -= closing.length;
    if (!this.#put('', opening)) {
      this.#left += closing.length;
      return false;
    }
    let comma = '';
    for (const item of items) {
      if (!write(comma, item)) {
        this.#cut = true;
        break;
      }
      comma = ',';
    }
    this.#parts.push(closing);
    return true;
  }

  #members(opening: string, closing: string, members: Iterable<Member>, amongHeaders: boolean): boolean {
    return this.#enclosed(opening, closing, members, (comma, { name, value }) => {
      const shown = this.#secrets.redact(name, MAX_NAME_LENGTH);
      return this.#member(`${comma}${JSON.stringify(shown)}:`, name, value, amongHeaders);
    });
  }

  #member(prefix: string, name: string, value: unknown, amongHeaders: boolean): boolean {
    const read = propertyName(name);
    const isCredential = read.isCredential || (amongHeaders && read.isCredentialHeader);
    if (value === CREDENTIAL || (isCredential && canBeCredential(value))) return this.#put(prefix, REMOVED);
    if (name === '_req' || name === '_res') return this.#put(prefix, INTERNAL);
    // Headers in one text: nobody can tell where in it the credentials are.
    if (read.holdsHeaders && typeof value === 'string') return this.#put(prefix, REMOVED);
    return this.#value(prefix, value, amongHeaders || read.holdsHeaders);
  }

  /** Plain JSON if it is whole. If not, it says how long it was. */
  #array(
    prefix: string,
    list: { readonly length: number; readonly [index: number]: unknown },
    type: string,
    amongHeaders: boolean,
  ): boolean {
    this.#left -= ARRAY_RESERVE;
    const opened = this.#parts.length;
    if (!this.#put(prefix, '[')) {
      this.#left += ARRAY_RESERVE;
      return false;
    }
    // Headers as a list: each name is followed by its value.
    let afterCredential = false;
    for (let index = 0; index < list.length; index += 1) {
      const value = dataOf(Object.getOwnPropertyDescriptor(list, index));
      const comma = index === 0 ? '' : ',';
      const removed = afterCredential && canBeCredential(value);
      if (!(removed ? this.#put(comma, REMOVED) : this.#value(comma, value, amongHeaders))) {
        this.#cut = true;
        this.#parts[opened] = `${prefix}${ENCODED}"${type}","data":[`;
        this.#parts.push(`],"length":${list.length}}`);
        return true;
      }
      afterCredential = amongHeaders && typeof value === 'string' && propertyName(value).isCredentialHeader;
    }
    this.#left += ARRAY_RESERVE - 1;
    this.#parts.push(']');
    return true;
  }

  #buffer(prefix: string, bytes: Uint8Array): boolean {
    const { length } = bytes;
    // Each takes up to 4 bytes: "255,".
    const room = Math.min(length, MAX_BYTES_OF_BUFFER, Math.max(0, this.#left >> 3));
    const shown = this.#secrets.inBytes(bytes, room) ? 0 : room;
    if (shown < length) this.#cut = true;
    const data = Array.prototype.join.call(bytes.subarray(0, shown), ',');
    return this.#put(prefix, `{"type":"Buffer","data":[${data}],"__enc__":true,"length":${length}}`);
  }

  #string(prefix: string, text: string): boolean {
    // A long string leaves room for what follows it.
    let length = Math.min(text.length, Math.max(SHORT_STRING, this.#left >> 1));
    for (;;) {
      const shown = this.#secrets.redact(text, length);
      const whole = length === text.length;
      if (this.#put(prefix, JSON.stringify(whole ? shown : `${shown}...`))) {
        if (!whole) this.#cut = true;
        return true;
      }
      if (length < 16) return false;
      length >>= 1;
    }
  }

  /** Something that JSON has no form for. */
  #marked(prefix: string, type: string, data: string): boolean {
    const shown = data.length > SHORT_STRING ? `${data.slice(0, SHORT_STRING)}...` : data;
    return this.#put(prefix, `${ENCODED}"${type}","data":${JSON.stringify(shown)}}`);
  }

  #put(prefix: string, json: string): boolean {
    const bytes = Buffer.byteLength(prefix) + Buffer.byteLength(json);
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    this.#parts.push(prefix + json);
    return true;
  }
}

function dateText(date: Date): string | null {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
