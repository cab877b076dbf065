/**
 * Core nodes that neither reach anything outside Node-RED nor decide whether a run has failed. A message that does
 * not get to them any more, since a deploy has stopped them, leaves nothing undone.
 */
const PASSIVE: ReadonlySet<string> = new Set(['switch', 'debug', 'change', 'junction']);

/** @param types of the nodes that were not reached; undefined if they are not known */
export function leavesNothingUndone(types: readonly string[] | undefined): boolean {
  return types?.every((type) => PASSIVE.has(type)) ?? false;
}
