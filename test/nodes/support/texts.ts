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

/** What `RED._` gives for a key, with its values put in; the key itself when there is no such text. */
export function translate(key: string, values: Record<string, unknown> = {}): string {
  const found = key
    .split('.')
    .reduce<unknown>((texts, part) => (texts as Record<string, unknown> | undefined)?.[part], TEXTS);
  if (typeof found !== 'string') return key;
  return found.replace(/__(\w+?)__/g, (place, name: string) =>
    name in values ? String(values[name]) : place,
  );
}
