import assert from 'node:assert/strict';

import { TestHistory, alertOf } from './support/history';

const DAY_MS = 24 * 3_600_000;

describe('history: what is told of a run', () => {
  let rig: TestHistory;

  beforeEach(async () => {
    rig = new TestHistory();
    await rig.open();
  });

  it('as it begins and once it is over', async () => {
    rig.begin('a', {}, { payload: 1 });
    const { startedAt, ...begun } = rig.history.list({ limit: 1 }).runs[0]!;
    assert.deepEqual(begun, {
      id: 'a',
      trigger: { id: 'trigger', name: 'Alert Created' },
      flow: { id: 'flow', name: 'Alerts' },
      alert: alertOf('alert of a'),
      attempt: 1,
      source: 'live',
      status: 'running',
      durationMs: null,
      error: null,
    });
    assert.equal(Date.parse(startedAt), rig.clock.ms);
    rig.clock.ms += 70;
    rig.history.settle('a', { status: 'failed', error: { message: 'no', code: 'E_NO', nodeId: 'n' } });
    const over = (await rig.history.get('a'))!;
    assert.deepEqual(
      [over.status, over.durationMs, over.error],
      ['failed', 70, { message: 'no', code: 'E_NO', nodeId: 'n' }],
    );
    assert.deepEqual(over.steps, [
      {
        nodeId: 'trigger',
        nodeType: 'sekoia-alert-created',
        nodeName: null,
        status: 'succeeded',
        startedAt,
        durationMs: 0,
        outputs: [{ port: 0, message: { payload: 1 } }],
        outputsLeftOut: 0,
        error: null,
      },
    ]);
    assert.deepEqual(rig.changes, [
      { id: 'a', status: 'running', triggerId: 'trigger' },
      { id: 'a', status: 'failed', triggerId: 'trigger' },
    ]);
  });

  it('that timed out and succeeds late', () => {
    rig.begin('a');
    rig.clock.ms += 100;
    rig.history.settle('a', { status: 'timed-out', error: { message: 'still at work' } });
    rig.clock.ms += 100;
    rig.history.settle('a', { status: 'succeeded' });
    const [run] = rig.history.list({ limit: 1 }).runs;
    assert.deepEqual([run?.status, run?.durationMs, run?.error], ['succeeded', 200, null]);
  });

  it('that was waiting, once its alert is sent again', () => {
    rig.begin('first', { alert: alertOf('x') });
    rig.history.settle('first', { status: 'waiting', error: { message: 'no' } });
    rig.begin('of another alert');
    rig.begin('of another trigger', { alert: alertOf('x'), trigger: { id: 'other', name: '' } });
    assert.ok(rig.statuses.includes('first: waiting'));
    rig.begin('second', { alert: alertOf('x'), attempt: 2, source: 'retry' });
    assert.ok(rig.statuses.includes('first: failed'));
    assert.equal(rig.history.list({ limit: 200 }).runs.at(-1)?.error?.message, 'no');
  });

  it('without the API key, in any of its texts, and of no endless length', () => {
    rig.history.redact('sekoia-key-0123456789');
    const secret = 'a sekoia-key-0123456789 b';
    rig.begin('a', {
      trigger: { id: 'trigger', name: secret },
      flow: { id: 'flow', name: secret },
      alert: { ...alertOf('x'), title: secret + 'x'.repeat(1e6), url: secret },
    });
    rig.history.settle('a', { status: 'failed', error: { message: secret, code: secret } });
    const json = JSON.stringify(rig.history.list({ limit: 1 }));
    assert.doesNotMatch(json, /0123456789/);
    assert.ok(json.length < 2_000);
  });

  it('that is not there, or is not kept any more: nothing', async () => {
    assert.equal(await rig.history.get('none'), undefined);
    rig.history.settle('none', { status: 'succeeded' });
    assert.deepEqual(rig.changes, []);
  });

  it('of the last so many', async () => {
    rig = new TestHistory(undefined, { keepRuns: 2 });
    await rig.open();
    for (const id of ['a', 'b', 'c']) rig.begin(id);
    assert.deepEqual(rig.statuses, ['c: running', 'b: running']);
    assert.equal(await rig.history.get('a'), undefined);
  });

  it('of the last so many days', async () => {
    rig.begin('a');
    rig.clock.ms += 6 * DAY_MS;
    rig.begin('b');
    rig.clock.ms += DAY_MS;
    assert.deepEqual(rig.statuses, ['b: running']);
    assert.equal(await rig.history.get('a'), undefined);
  });

  it('twice under one id: refused', () => {
    rig.begin('a');
    assert.throws(() => rig.begin('a'), RangeError);
  });
});

describe('history: a list of runs', () => {
  let rig: TestHistory;

  beforeEach(async () => {
    rig = new TestHistory();
    await rig.open();
  });

  function pages(limit: number): string[][] {
    const all: string[][] = [];
    let before: string | undefined;
    do {
      const { runs, next } = rig.history.list({ limit, before });
      all.push(runs.map(({ id }) => id));
      before = next ?? undefined;
    } while (before !== undefined);
    return all;
  }

  it('in pages, newest first', () => {
    assert.deepEqual(pages(2), [[]]);
    for (const id of ['a', 'b', 'c', 'd']) rig.begin(id);
    assert.deepEqual(pages(3), [['d', 'c', 'b'], ['a']]);
    assert.deepEqual(pages(2), [
      ['d', 'c'],
      ['b', 'a'],
    ]);
  });

  it('whose pages stay as they are when runs begin and go', async () => {
    rig = new TestHistory(undefined, { keepRuns: 4 });
    await rig.open();
    for (const id of ['a', 'b', 'c', 'd']) rig.begin(id);
    const { next } = rig.history.list({ limit: 2 });
    assert.equal(next, `${rig.clock.ms - 1_000}-c`);
    rig.begin('e');
    assert.deepEqual(
      rig.history.list({ limit: 2, before: next }).runs.map(({ id }) => id),
      ['b'],
    );
  });

  it('that began in the same ms, none of them twice and none left out', () => {
    const ids = ['c-1', 'a', 'd', 'b-2-3', 'e'];
    for (const id of ids) {
      rig.clock.ms -= 1_000;
      rig.begin(id);
    }
    assert.deepEqual(pages(1).flat(), [...ids].sort().reverse());
  });

  it('in the order of this machine’s clock, even when that was set back', () => {
    rig.begin('a');
    rig.clock.ms -= 10_000;
    rig.begin('b');
    assert.deepEqual(pages(1), [['a'], ['b']]);
  });

  it('of a trigger, of some statuses, of an alert', () => {
    rig.begin('a', { trigger: { id: 'other', name: '' } });
    rig.begin('b', { alert: { ...alertOf('X-1'), shortId: 'ALabc', title: null } });
    rig.begin('c');
    rig.history.settle('c', { status: 'succeeded' });
    const ids = (query: object): string => {
      const { runs } = rig.history.list({ limit: 50, ...query });
      return runs.map(({ id }) => id).join();
    };
    assert.equal(ids({ trigger: 'other' }), 'a');
    assert.equal(ids({ status: ['running', 'failed'] }), 'b,a');
    assert.equal(ids({ status: [] }), 'c,b,a');
    assert.equal(ids({ alert: 'alABC' }), 'b');
    assert.equal(ids({ alert: 'title of ALERT of' }), 'c,a');
    assert.equal(ids({ alert: 'X-1' }), 'b');
    assert.equal(ids({ alert: 'x-1' }), '');
    assert.equal(ids({ alert: 'title', status: ['running'], trigger: 'trigger' }), '');
  });

  it('before something that is not where a page ends: refused', () => {
    for (const before of ['', 'x', '1-', '-a', '12345678901234567-a'])
      assert.throws(() => rig.history.list({ limit: 1, before }), RangeError, before);
  });

  it('of the alerts whose last run failed or timed out, each once', () => {
    for (const [id, alert, status] of [
      ['1', 'failed twice', 'failed'],
      ['2', 'failed twice', 'failed'],
      ['3', 'failed, then succeeded', 'failed'],
      ['4', 'failed, then succeeded', 'succeeded'],
      ['5', 'succeeded, then timed out', 'succeeded'],
      ['6', 'succeeded, then timed out', 'timed-out'],
      ['7', 'waiting', 'waiting'],
    ] as const) {
      rig.begin(id, { alert: alertOf(alert) });
      rig.history.settle(id, { status });
    }
    rig.begin('8', { trigger: { id: 'other', name: '' }, alert: alertOf('failed twice') });
    rig.history.settle('8', { status: 'failed' });
    const alerts = (filter: object): string[] =>
      rig.history.failed(filter).map(({ triggerId, alertUuid }) => `${triggerId}: ${alertUuid}`);
    assert.deepEqual(alerts({}), [
      'other: failed twice',
      'trigger: succeeded, then timed out',
      'trigger: failed twice',
    ]);
    assert.deepEqual(alerts({ trigger: 'other' }), ['other: failed twice']);
    assert.deepEqual(alerts({ alert: 'TIMED' }), ['trigger: succeeded, then timed out']);
  });
});
