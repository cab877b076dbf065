import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/** Longer than any wait of the package at the scales used here, and than any stall of a busy machine. */
const STALL_MS = 60_000;

/**
 * Waits until the condition holds, for as long as there is progress: a slow machine takes longer, and is not judged.
 * @param progress any number that changes while things go on
 * @returns whether it came to hold
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  progress: () => number = () => 0,
  stallMs = STALL_MS,
): Promise<boolean> {
  let last = progress();
  let movedAt = performance.now();
  for (;;) {
    if (await condition()) return true;
    const now = progress();
    if (now !== last) movedAt = performance.now();
    last = now;
    if (performance.now() - movedAt > stallMs) return false;
    await sleep(LOOK_EVERY_MS);
  }
}
