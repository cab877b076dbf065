import { RunTracker, type TrackerOptions } from './tracker';

/** Ends with a number to be changed with the way trackers are used, not with what they do. */
const KEY = Symbol.for('@sekoia-flows/node-red-sekoia/run-tracker/1');

/**
 * The one tracker of a Node-RED. Hooks are global to it and their labels unique, whereas this module may be
 * loaded more than once: from two copies of the package, or again after its cache was cleared.
 */
export function sharedTracker(options: Pick<TrackerOptions, 'hooks' | 'log'>): RunTracker {
  const global = globalThis as { [KEY]?: WeakMap<object, RunTracker> };
  const trackers = (global[KEY] ??= new WeakMap());
  let tracker = trackers.get(options.hooks);
  if (tracker === undefined) {
    tracker = new RunTracker(options);
    trackers.set(options.hooks, tracker);
  }
  return tracker;
}
