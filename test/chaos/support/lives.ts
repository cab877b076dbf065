import type { Received } from '../../../simulator';
import { taken } from './judge';

/** From one start of Node-RED until it was killed. */
export interface Life {
  /** As performance.now() counts. */
  bornAt: number;
  /** What the ledger called delivered when it was dead. */
  noted: ReadonlySet<string>;
}

/** For each life, what the tool had taken from it and the ledger did not know of: what had to be sent again. */
export function takenAndNotNoted(lives: readonly Life[], received: readonly Received[]): Set<string>[] {
  return lives.map(({ bornAt, noted }, index) => {
    const diedAt = lives[index + 1]?.bornAt ?? Infinity;
    const own = received.filter(({ at }) => at >= bornAt && at < diedAt);
    return new Set([...taken(own).keys()].filter((uuid) => !noted.has(uuid)));
  });
}

/** The alerts that came more often than they were cut short. */
export function unexplained(
  unfinished: readonly ReadonlySet<string>[],
  received: readonly Received[],
): string[] {
  const times = taken(received);
  return [...times.keys()].filter(
    (uuid) => (times.get(uuid) ?? 0) > 1 + unfinished.filter((life) => life.has(uuid)).length,
  );
}
