import { CHANGES_TOPIC, type Changes } from '../../../lib/triggers/changes';

/**
 * @param onChanges is told of changes as they come, up to 5 times a second
 * @param onConnect is told that changes may have been missed: at the start, and after each break
 */
export function followRuntime(onChanges: (changes: Changes) => void, onConnect: () => void): void {
  RED.comms.subscribe(CHANGES_TOPIC, (_topic, data) => onChanges(data as Changes));
  RED.comms.on('connect', onConnect);
  RED.events.on('deploy', onConnect);
  // The editor may be connected already.
  onConnect();
}

/** Calls at once, and not again before the interval is over: then once for all that came up meanwhile. */
export function throttle(call: () => void, everyMs: number): () => void {
  let isDue = false;
  let timer: number | undefined;
  const run = (): void => {
    isDue = false;
    call();
    timer = window.setTimeout(() => {
      timer = undefined;
      if (isDue) run();
    }, everyMs);
  };
  return () => {
    if (timer === undefined) run();
    else isDue = true;
  };
}
