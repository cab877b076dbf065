/** `CHAOS=full` is the long form (`npm run test:chaos`); otherwise the short one, which is part of `npm test`. */
export const FULL = process.env.CHAOS === 'full';

export function amount(short: number, full: number): number {
  return FULL ? full : short;
}
