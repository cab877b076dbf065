/**
 * Reading a node's properties. A flow file may have been written by hand, by an older version or with
 * `${ENV}` in it, so a number may come as text and a list as nothing.
 */

export interface NumberRange {
  min: number;
  max: number;
  /** For what is not a number. */
  fallback: number;
}

/** The number, brought into its range. */
export function readNumber(value: unknown, { min, max, fallback }: NumberRange): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return fallback;
  return Math.min(max, Math.max(min, number));
}

/** The texts of a list, trimmed and without empty ones. A single text counts as a list of lines. */
export function readList(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [];
  return items
    .filter((item): item is string => typeof item === 'string')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
