import { CHANGES_TOPIC, type Changes } from '../../../lib/triggers/changes';

/**
 * Follows the changes that the runtime publishes.
 * @param onChanges receives changes, up to 5 times a second
 * @param onConnect is called when changes may have been missed: at the start, after a reconnect, and after a deploy
 */
export function followRuntime(onChanges: (changes: Changes) => void, onConnect: () => void): void {
  RED.comms.subscribe(CHANGES_TOPIC, (_topic, data) => onChanges(data as Changes));
  RED.comms.on('connect', onConnect);
  RED.events.on('deploy', onConnect);
  // The editor may be connected already.
  onConnect();
}

/** Returns a function that calls at once, and then at most once per interval. */
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
