/**
 * Core nodes that reach nothing outside Node-RED and do not decide whether a run fails. If a deploy stops them
 * before a message arrives, no work is missing.
 */
const PASSIVE: ReadonlySet<string> = new Set(['switch', 'debug', 'change', 'junction']);

/** @param types of the nodes that were not reached; undefined if they are not known */
export function leavesNothingUndone(types: readonly string[] | undefined): boolean {
  return types?.every((type) => PASSIVE.has(type)) ?? false;
}
