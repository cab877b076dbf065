import assert from 'node:assert/strict';

import { outcomes, trigger } from './flows';
import { alertOf } from './messages';
import type { NodeFixture } from './node-fixture';

/** What a test does with a trigger that is live. */
export interface LiveTrigger {
  /** Runs the trigger and waits until it is live. */
  readonly live: (settings?: Record<string, unknown>, config?: Record<string, unknown>) => Promise<void>;
  /** Raises one more alert and waits for its message: what came before it has been dealt with. */
  readonly fence: () => Promise<string>;
  /** The alerts of all messages so far. */
  readonly emitted: () => (string | undefined)[];
  /** Ends a test: these alerts have a message each, one more gets one, and no other has any. */
  readonly assertEmitted: (...uuids: string[]) => Promise<void>;
}

export function liveTrigger(fixture: NodeFixture): LiveTrigger {
  const live: LiveTrigger['live'] = async (settings, config) => {
    await fixture.run([...trigger(settings), ...outcomes('trigger')], config);
    await fixture.nodeRed.status('trigger', 'live');
  };
  const fence = async (): Promise<string> => {
    const { uuid } = fixture.platform.raise({ rule: { name: 'The last one' } });
    await fixture.nodeRed.alert('alerts', uuid);
    return uuid;
  };
  const emitted = (): (string | undefined)[] => fixture.nodeRed.messages('alerts').map(alertOf);
  const assertEmitted = async (...uuids: string[]): Promise<void> => {
    const last = await fence();
    assert.deepEqual(emitted().sort(), [...uuids, last].sort());
  };
  return { live, fence, emitted, assertEmitted };
}

/** A notice of a new alert, as LiveAPI sends it in version 2. */
export function notice(uuid: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    metadata: {
      version: 2,
      uuid: 'aaaaaaaa-0000-4000-8000-000000000000',
      created_at: new Date().toISOString(),
    },
    type: 'alert',
    action: 'created',
    attributes: { uuid, short_id: 'ALsomething' },
    ...changes,
  };
}
