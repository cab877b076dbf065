import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const NODES = path.resolve(__dirname, '../../../nodes');

/** The texts of all nodes, as the runtime has them in English. */
const TEXTS: unknown = Object.assign(
  {},
  ...readdirSync(NODES).map((type): unknown =>
    JSON.parse(readFileSync(path.join(NODES, type, 'locales/en-US', `${type}.json`), 'utf8')),
  ),
);

/**
 * The result of `RED._`: the text of a key with its values inserted, or the key itself if it has no text. Like
 * i18next, it prefers the singular (`…_one`) if `count` is 1.
 */
export function translate(key: string, values: Record<string, unknown> = {}): string {
  const singular = values.count === 1 ? textOf(`${key}_one`) : undefined;
  const found = singular ?? textOf(key);
  if (found === undefined) return key;
  return found.replace(/__(\w+?)__/g, (place, name: string) =>
    name in values ? String(values[name]) : place,
  );
}

function textOf(key: string): string | undefined {
  const found = key
    .split('.')
    .reduce<unknown>((texts, part) => (texts as Record<string, unknown> | undefined)?.[part], TEXTS);
  return typeof found === 'string' ? found : undefined;
}
