import { TemplateValueError } from './errors';
import { MAX_DEPTH, setOwn, type JsonObject, type JsonValue } from './json-value';

/**
 * Copies a value of the message as JSON carries it: dates become ISO texts, undefined and functions inside objects
 * disappear, NaN becomes null. It copies because later nodes change what they get: the body must not change with the
 * message, nor the message with the body.
 * @param placeholder Path as the template writes it, for errors
 * @throws TemplateValueError for what JSON cannot hold without a decision of the flow's author
 */
export function toJson(value: unknown, placeholder: string): JsonValue {
  return new Copier(placeholder).copy(value) ?? null;
}

/** A value inside longer text: texts as they are, null as nothing, objects and arrays as JSON. */
export function toText(value: unknown, placeholder: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  const json = toJson(value, placeholder);
  if (typeof json === 'string') return json;
  return json === null ? '' : JSON.stringify(json);
}

class Copier {
  /** The objects that hold the one being copied. */
  private readonly holders: object[] = [];

  constructor(private readonly placeholder: string) {}

  /** Returns undefined for what JSON leaves out of an object. */
  copy(value: unknown): JsonValue | undefined {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'bigint':
        return this.refuse(
          'is a BigInt, which JSON has no type for: convert it to a number or a text first.',
        );
      case 'object':
        return value === null ? null : this.copyObject(value);
      case 'undefined':
        return undefined;
      default:
        if (this.holders.length > 0) return undefined;
        return this.refuse(
          `is a ${typeof value}, which JSON cannot contain: send its meaning as a text instead.`,
        );
    }
  }

  private copyObject(value: object): JsonValue | undefined {
    if (this.holders.length >= MAX_DEPTH) return this.refuseDepth();
    // By tag, not by instanceof: the objects of a function node come from another realm.
    const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
    if (ArrayBuffer.isView(value) || kind.endsWith('ArrayBuffer')) {
      return this.refuse(
        'is binary data (a Buffer): convert it to a text first, for example with "a UTF-8 string" in http request.',
      );
    }
    if (kind === 'Map' || kind === 'Set') {
      return this.refuse(`is a ${kind}, which is empty in JSON: convert it to an object or an array first.`);
    }
    this.holders.push(value);
    const copied = this.copyMembers(value, kind);
    this.holders.pop();
    return copied;
  }

  private copyMembers(value: object, kind: string): JsonValue | undefined {
    if (hasToJson(value)) return this.copy(value.toJSON());
    if (Array.isArray(value)) return Array.from(value, (item) => this.copy(item) ?? null);
    if (kind === 'String' || kind === 'Number' || kind === 'Boolean') return this.copy(value.valueOf());
    const copied: JsonObject = {};
    for (const name of Object.keys(value)) {
      const member = this.copy((value as Record<string, unknown>)[name]);
      if (member !== undefined) setOwn(copied, name, member);
    }
    return copied;
  }

  private refuseDepth(): never {
    if (new Set(this.holders).size < this.holders.length) {
      return this.refuse(
        'refers to itself, which JSON cannot express: send only the properties that you need.',
      );
    }
    return this.refuse(
      `is nested more than ${MAX_DEPTH} levels deep: send only the properties that you need.`,
    );
  }

  private refuse(why: string): never {
    const inside = this.holders.length > 0 ? 'holds something that ' : '';
    throw new TemplateValueError(this.placeholder, inside + why);
  }
}

function hasToJson(value: object): value is { toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
