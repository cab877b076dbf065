export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [name: string]: JsonValue;
}

/** Deeper than any real body or alert, and far from the depth at which a recursion overflows the stack. */
export const MAX_DEPTH = 200;

/** Sets a property as JSON.parse does: `__proto__` is a name like any other and never reaches a prototype. */
export function setOwn(target: JsonObject, name: string, value: JsonValue): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[name] = value;
  }
}
