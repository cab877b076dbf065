import assert from 'node:assert/strict';

import type { Received } from '../../../simulator';

/** What became of a scenario's alerts: a line of the table. */
export interface Verdict {
  alerts: number;
  /** Raised, and never taken by the external tool. */
  lost: number;
  /** Taken more than once: all but the first time. */
  twice: number;
  /** How many may be sent again, since they were under way when everything was stopped. Default: none */
  mayBeTwice?: number;
  /** What else must not be. */
  broken?: string[];
  /** Of the first few that are lost or came twice. */
  details: string[];
}

const DETAILS = 5;

/** How often the external tool took each alert: it answered 2xx. */
export function taken(received: readonly Received[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const one of received) {
    if (one.status < 200 || one.status >= 300) continue;
    const uuid = uuidOf(one);
    times.set(uuid, (times.get(uuid) ?? 0) + 1);
  }
  return times;
}

/** Of the alert that a request is about; the example sends it along. */
export function uuidOf(received: Received): string {
  return String(received.headers['idempotency-key']);
}

export function judge(
  raised: readonly string[],
  received: readonly Received[],
  ledger: ReadonlyMap<string, string>,
): Verdict {
  const times = taken(received);
  const lost = raised.filter((uuid) => !times.has(uuid));
  const twice = raised.filter((uuid) => (times.get(uuid) ?? 0) > 1);
  const says = (uuid: string): string => ledger.get(uuid) ?? 'nothing';
  return {
    alerts: raised.length,
    lost: lost.length,
    twice: twice.reduce((sum, uuid) => sum + (times.get(uuid) ?? 1) - 1, 0),
    details: [
      ...lost.slice(0, DETAILS).map((uuid) => `lost: ${uuid}; the ledger says ${says(uuid)}`),
      ...twice.slice(0, DETAILS).map((uuid) => `taken ${times.get(uuid) ?? 0} times: ${uuid}`),
    ],
  };
}

export function assertGood({ lost, twice, mayBeTwice = 0, broken = [], details }: Verdict): void {
  assert.ok(
    lost === 0 && twice <= mayBeTwice && broken.length === 0,
    [`${lost} lost, ${twice} twice (at most ${mayBeTwice})`, ...broken, ...details].join('\n'),
  );
}
