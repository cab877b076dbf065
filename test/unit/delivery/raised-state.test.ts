import assert from 'node:assert/strict';

import { asRaised, mayHaveChanged } from '../../../lib/delivery/raised-state';

const NOW = {
  uuid: 'a',
  status: { name: 'Closed', uuid: 'c' },
  urgency: { current_value: 10, display: 'Low' },
};

/** Changes as the history tells them, in any order. */
function raised(...history: unknown[]): { status: unknown; custom_status?: unknown; urgency: unknown } {
  const { status, custom_status, urgency } = asRaised({ ...NOW, history });
  return { status, custom_status, urgency };
}

const at = (created_at: number, change: object): object => ({ created_at, ...change });

describe('the state in which an alert was raised', () => {
  it('is the previous state of the earliest change', () => {
    const { status, urgency } = raised(
      at(30, { alert: { status: 'Closed', previous_status: 'Ongoing' } }),
      at(10, { alert: { status: 'Ongoing', previous_status: 'Pending' } }),
      at(20, { urgency: { value: 10, previous_value: 60 } }),
      at(5, { urgency: { value: 60, previous_value: 90 } }),
    );
    assert.deepEqual(status, { name: 'Pending' });
    assert.deepEqual(urgency, { current_value: 90, display: 'Low' });
  });

  it('is the first state in the history, with its stage', () => {
    const { status, custom_status } = raised(
      at(1, { alert: { status: 'New', previous_status: null, stage: 'open' } }),
      at(2, { alert: { status: 'Done', previous_status: 'New', stage: 'closed' } }),
    );
    assert.deepEqual([status, custom_status], [{ name: 'New' }, { label: 'New', stage: 'open' }]);
  });

  for (const history of [undefined, null, 'no list', [null, 1, 'x', {}, { alert: 7, urgency: 'high' }]])
    it(`is the present state if the history does not say: ${JSON.stringify(history)}`, () => {
      const { status, urgency } = asRaised({ ...NOW, history });
      assert.deepEqual({ status, urgency }, { status: NOW.status, urgency: NOW.urgency });
    });

  it('may have changed if the alert was updated later, or if that is unknown', () => {
    const changed = (created_at: unknown, updated_at: unknown): boolean =>
      mayHaveChanged({ uuid: 'a', created_at, updated_at });
    assert.equal(changed(10, 10), false);
    assert.equal(changed(10, 11), true);
    assert.equal(changed('2026-01-05T07:32:03Z', '2026-01-05T07:32:03.9Z'), false);
    assert.equal(changed(10, null), true);
    assert.equal(changed(undefined, 10), true);
  });
});
