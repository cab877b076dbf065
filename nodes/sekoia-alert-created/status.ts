import type { NodeStatus } from 'node-red';

import type { TriggerState, TriggerStatus } from '../../lib/delivery/trigger';

/** Looks a text up, e.g. `live`, and fills in its values. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

const LOOK: Record<TriggerState, Pick<NodeStatus, 'fill' | 'shape'>> = {
  connecting: { fill: 'yellow', shape: 'ring' },
  'catching-up': { fill: 'blue', shape: 'dot' },
  live: { fill: 'green', shape: 'dot' },
  polling: { fill: 'yellow', shape: 'dot' },
  refused: { fill: 'red', shape: 'ring' },
};

/** What stands under the node: its state, the time of the last alert and how many there were. */
export function statusFor(status: TriggerStatus, translate: Translate): NodeStatus {
  const { state, emitted, lastEmittedAt, error } = status;
  const key = state === 'refused' ? (error?.code === 'SEKOIA_FORBIDDEN' ? 'forbidden' : 'refused') : state;
  const parts = [translate(key)];
  if (lastEmittedAt !== undefined) parts.push(lastEmittedAt.toTimeString().slice(0, 8), String(emitted));
  return { ...LOOK[state], text: parts.join(' · ') };
}
