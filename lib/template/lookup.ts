import type { Path } from './path';

/**
 * Follows keys through own properties only: nothing of a prototype (`constructor`, `toString`), nothing of a
 * string or number. An array has its indexes and its `length`.
 * @returns undefined if there is no value
 */
export function follow(value: unknown, keys: Path, from: number): unknown {
  let current = value;
  for (let step = from; step < keys.length; step++) {
    const key = keys[step] ?? '';
    if (!hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/**
 * Reads a path from a message.
 * - `node` is what the earlier blocks left in `msg.sekoia.node`. A message without that gives its own `node`.
 * - A leading `msg` is the message itself, as in function nodes, unless the message has a property `msg`.
 *   So `msg.node` is the message's own property `node`, and `msg['my key']` reads a name that is not a plain word.
 */
export function followFromMessage(message: unknown, keys: Path): unknown {
  if (keys[0] === 'node') {
    const blocks = follow(message, ['sekoia', 'node'], 0);
    if (blocks !== undefined) return follow(blocks, keys, 1);
  }
  if (keys[0] === 'msg' && !hasOwn(message, 'msg')) return follow(message, keys, 1);
  return follow(message, keys, 0);
}

export function hasOwn(value: unknown, key: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
