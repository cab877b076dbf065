/**
 * A copy of what JSON.parse made. Many times faster than `structuredClone`, which on Node.js 20 sends the value
 * through a message port; every alert is copied on its way.
 */
export function cloneJson<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cloneJson) as Value;
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    // Assigned, this one would become the prototype.
    if (key === '__proto__')
      Object.defineProperty(copy, key, { ...WRITABLE, value: cloneJson<unknown>(part) });
    else copy[key] = cloneJson<unknown>(part);
  }
  return copy as Value;
}

const WRITABLE = { configurable: true, enumerable: true, writable: true };
