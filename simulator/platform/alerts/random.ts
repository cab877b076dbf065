import { createHash } from 'node:crypto';

/** A number from 0 up to, but not including, 1. */
export type Random = () => number;

/** What is drawn apart, so that the one does not depend on whether the other was drawn. */
export const STREAMS = {
  identity: 0,
  item: 1,
  commentCount: 2,
  comments: 3,
  cases: 4,
  countermeasures: 5,
} as const;

/**
 * The same numbers for the same seed, alert number and stream, whatever else was drawn before.
 * The generator is mulberry32; the start is mixed one to one, so that no two alerts share theirs.
 */
export function random(seed: number, number: number, stream: keyof typeof STREAMS): Random {
  let state =
    Math.imul(number + 1, 0x9e3779b1) ^
    Math.imul(seed + 1, 0x85ebca6b) ^
    Math.imul(STREAMS[stream] + 1, 0xc2b2ae35);
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(draw: Random, list: readonly T[]): T {
  const item = list[Math.floor(draw() * list.length)];
  if (item === undefined) throw new RangeError('There is nothing to pick from');
  return item;
}

/** A whole number from `min` to `max`, both included. */
export function between(draw: Random, min: number, max: number): number {
  return min + Math.floor(draw() * (max - min + 1));
}

export function chance(draw: Random, probability: number): boolean {
  return draw() < probability;
}

function hex32(draw: Random): string {
  return Math.floor(draw() * 4_294_967_296)
    .toString(16)
    .padStart(8, '0');
}

export function drawUuid(draw: Random): string {
  return asUuid(hex32(draw) + hex32(draw) + hex32(draw) + hex32(draw));
}

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `AL`, `CA` … and 10 characters. */
export function drawShortId(draw: Random, prefix: string): string {
  let id = prefix;
  for (let i = 0; i < 10; i++) id += BASE_62.charAt(Math.floor(draw() * 62));
  return flat(id);
}

/** The same uuid for the same words. */
export function uuidOf(...words: string[]): string {
  return asUuid(createHash('sha256').update(words.join('\n')).digest('hex'));
}

function asUuid(hex: string): string {
  return flat(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  );
}

/** V8 keeps the pieces that a string was put together from: written out, an alert takes half of the memory. */
function flat(ascii: string): string {
  return Buffer.from(ascii, 'latin1').toString('latin1');
}
