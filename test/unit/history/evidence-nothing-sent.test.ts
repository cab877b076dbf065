import assert from 'node:assert/strict';

import { SWITCH, TestSteps } from './support/test-steps';

describe('history: what a run sent', () => {
  const steps = new TestSteps();
  const { reached, began, ended, through, succeeded, summary } = steps;

  beforeEach(() => steps.begin());

  describe('nothing', () => {
    it('when it ended at a Switch, which is said', async () => {
      through({ id: 'f', type: 'function', name: 'Prepare' }, SWITCH);
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Urgent?'] });
      assert.deepEqual((await steps.rig.history.get('run'))!.nothingSent, { endedAt: ['Urgent?'] });
    });

    it('when the trigger is wired to nothing', () => {
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Alert Created'] });
    });

    it('when it ended at several nodes: each once, nameless ones by their type, five at most', () => {
      const start = reached({ id: 'f', type: 'function', name: 'Prepare' });
      for (const node of [
        SWITCH,
        SWITCH,
        { id: 'x', type: 'switch', name: '' },
        { id: 'g', type: 'sekoia-get-alert' },
      ])
        ended(reached(node, start));
      ended(start);
      for (let n = 0; n < 5; n += 1)
        ended(reached({ id: `d${n}`, type: 'debug', name: `debug ${n}` }, start));
      assert.deepEqual(succeeded().nothingSent, {
        endedAt: ['Urgent?', 'Switch', 'Get Alert', 'debug 0', 'debug 1'],
      });
    });

    it('when it went through a link or a subflow: where it ended behind it', () => {
      ended(reached({ id: 'o', type: 'link out' }));
      const inside = began({ id: 'i', type: 'link in' });
      ended(inside);
      const subflow = reached({ id: 'u', type: 'subflow:1234' }, inside);
      ended(subflow);
      ended(reached({ id: 'u-d', type: 'delay', name: 'Wait' }, subflow));
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Wait'] });
    });

    it('when a node failed and a Catch node took it: where that ended', () => {
      ended(reached({ id: 'f', type: 'function', name: 'Broken' }), undefined, true);
      const caught = began({ id: 'c', type: 'catch' });
      ended(caught);
      ended(reached({ id: 'd', type: 'debug', name: 'Log' }, caught));
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Log'] });
    });

    it('when it succeeded late', () => {
      through(SWITCH);
      steps.rig.history.settle('run', { status: 'timed-out', error: { message: 'late' } });
      assert.equal(summary().nothingSent, undefined);
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Urgent?'] });
    });

    it('is not said any more when it turns out to have failed', () => {
      through(SWITCH);
      assert.notEqual(succeeded().nothingSent, undefined);
      steps.rig.history.settle('run', { status: 'failed', error: { message: 'later' } });
      assert.equal(summary().nothingSent, undefined);
    });

    for (const type of [
      'http request',
      'exec',
      'file',
      'mqtt out',
      'tcp request',
      'e-mail',
      'unknown',
      'link',
    ])
      it(`is not said of a run that reached ${type}, on its way or at its end`, () => {
        const other = reached({ id: 'n', type });
        ended(other);
        ended(reached(SWITCH, other));
        assert.equal(succeeded().nothingSent, undefined);
      });

    it('is not said of a function with modules', () => {
      through({ id: 'f', type: 'function', libs: [{ var: 'axios', module: 'axios' }] }, SWITCH);
      assert.equal(succeeded().nothingSent, undefined);
    });

    it('is said of a function without', () => {
      through({ id: 'f', type: 'function', name: 'Drop', libs: [] });
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Drop'] });
    });

    it('is not said when the flow says what is delivered: a batch was sent by another run', async () => {
      steps.rig.begin('batched', { deliveredWhen: 'confirmed' });
      steps.rig.history.settle('batched', { status: 'succeeded' });
      assert.equal((await steps.rig.history.get('batched'))!.nothingSent, undefined);
    });

    it('is not said of a run with more steps than are kept', () => {
      for (let n = 0; n < 250; n += 1) ended(reached(SWITCH));
      assert.equal(succeeded().nothingSent, undefined);
    });

    for (const status of ['failed', 'waiting', 'timed-out'] as const)
      it(`is not said of a run that has ${status}`, () => {
        through(SWITCH);
        steps.rig.history.settle('run', { status, error: { message: 'no' } });
        assert.equal(summary().nothingSent, undefined);
      });
  });
});
