/**
 * A copy of what JSON.parse made, however deep. Many times faster than `structuredClone`, which on Node.js 20 sends
 * the value through a message port; every alert is copied on its way.
 */
export function cloneJson<Value>(value: Value): Value {
  if (!isObject(value)) return value;
  const root = emptyLike(value);
  // Each object with its copy, which is still empty. A list rather than calls: JSON.parse knows no depth, the stack does.
  const work: object[] = [value, root];
  for (;;) {
    const copy = work.pop();
    const original = work.pop();
    if (copy === undefined || original === undefined) return root as Value;
    if (Array.isArray(original)) {
      for (const part of original as unknown[]) (copy as unknown[]).push(copyOf(part, work));
      continue;
    }
    for (const key of Object.keys(original)) {
      const part = copyOf((original as Record<string, unknown>)[key], work);
      // Assigned, this one would become the prototype.
      if (key === '__proto__') Object.defineProperty(copy, key, { ...WRITABLE, value: part });
      else (copy as Record<string, unknown>)[key] = part;
    }
  }
}

const WRITABLE = { configurable: true, enumerable: true, writable: true };

/** The value, or what is going to be its copy. */
function copyOf(value: unknown, work: object[]): unknown {
  if (!isObject(value)) return value;
  const copy = emptyLike(value);
  work.push(value, copy);
  return copy;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function emptyLike(value: object): object {
  return Array.isArray(value) ? [] : {};
}
