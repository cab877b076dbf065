import assert from 'node:assert/strict';

import type { Message, Run, RuntimeNode, Sending } from '../../../lib/runs';
import { Step } from '../../../lib/runs/step';
import { TestClock, TestHistory } from './support/history';

const runs = new Map<string, Run>();
function runOf(id: string): Run {
  const run = runs.get(id) ?? ({ id } as unknown as Run);
  runs.set(id, run);
  return run;
}

/** A step as the tracker tells of it. */
function stepOf(runId: string, nodeId: string, messageId?: string): Step {
  return new Step([runOf(runId)], { id: nodeId, type: 'function', name: 'Node' }, messageId);
}

/** What a step sends, along one of its wires. */
function sent(step: Step, port = 0, destination = 'next'): Sending {
  return { step, run: step.runs[0]!, source: step.node, port, destination: nodeOf(destination) };
}

const destinations = new Map<string, RuntimeNode>();
function nodeOf(id: string): RuntimeNode {
  const node = destinations.get(id) ?? { id, type: 'function' };
  destinations.set(id, node);
  return node;
}

async function outputs(rig: TestHistory, runId = 'run'): Promise<unknown[]> {
  return (await rig.history.get(runId))!.steps.map((step) =>
    step.outputs.map(({ port, message, ...rest }) => ({ port, ...(message as object), ...rest })),
  );
}

describe('history: what is recorded of the steps', () => {
  let rig: TestHistory;

  beforeEach(async () => {
    rig = new TestHistory();
    await rig.open();
    rig.begin('run', {}, { n: 0 });
  });

  function began(nodeId: string, message: Message = {}): Step {
    const step = stepOf('run', nodeId);
    rig.history.observer.stepBegan(step.runs[0]!, step, message);
    return step;
  }

  it('their order, how long they took and their errors', async () => {
    const [a, b] = [began('a'), began('b')];
    rig.clock.ms += 30;
    rig.history.observer.stepEnded(b.runs[0]!, b, {}, { ...failure, message: 'no' });
    rig.history.observer.stepEnded(a.runs[0]!, a, {}, undefined);
    began('c');
    const { steps } = (await rig.history.get('run'))!;
    assert.deepEqual(
      steps.map(({ nodeId, status, durationMs, error }) => [nodeId, status, durationMs, error]),
      [
        ['trigger', 'succeeded', 0, null],
        ['a', 'succeeded', 30, null],
        ['b', 'failed', 30, { message: 'no', code: 'E', nodeId: 'b' }],
        ['c', 'running', null, null],
      ],
    );
  });

  it('messages as they were when they were sent', async () => {
    const message = { n: 1, list: [1] };
    rig.history.observer.stepSent(sent(began('a')), message);
    message.n = 2;
    message.list.push(2);
    assert.deepEqual(await outputs(rig), [[{ port: 0, n: 0 }], [{ port: 0, n: 1, list: [1] }]]);
  });

  it('each message once, however many wires it goes along', async () => {
    const step = began('a');
    for (const destination of ['x', 'y'])
      for (const n of [1, 2]) rig.history.observer.stepSent(sent(step, 0, destination), { n });
    rig.history.observer.stepSent(sent(step, 1, 'y'), { n: 3 });
    const [, of] = await outputs(rig);
    assert.deepEqual(of, [
      { port: 0, n: 1 },
      { port: 0, n: 2 },
      { port: 1, n: 3 },
    ]);
  });

  it('what a node sends from outside its step: with the step of that message, else with its last', async () => {
    for (const id of ['m1', 'm2']) began('queue', { _msgid: id });
    const {
      runs: [run],
      node,
    } = stepOf('run', 'queue');
    const sending = { run: run!, step: undefined, source: node, port: 0, destination: nodeOf('x') };
    rig.history.observer.stepSent(sending, { _msgid: 'm1' });
    rig.history.observer.stepSent(sending, { _msgid: 'new' });
    rig.history.observer.stepSent({ ...sending, source: nodeOf('nobody') }, { _msgid: 'm1' });
    assert.deepEqual((await outputs(rig)).slice(1), [
      [{ port: 0, _msgid: 'm1' }],
      [{ port: 0, _msgid: 'new' }],
    ]);
  });

  it('not the trigger’s message a second time', async () => {
    rig.history.observer.stepSent({ ...sent(stepOf('run', 'trigger')), step: undefined }, { n: 5 });
    assert.deepEqual(await outputs(rig), [[{ port: 0, n: 0 }]]);
  });

  it('three messages and 10 kB of a step, 200 steps and half a megabyte of a run', async () => {
    const many = began('many');
    for (let n = 0; n < 5; n += 1) rig.history.observer.stepSent(sent(many), { n });
    const large = began('large');
    for (let n = 0; n < 2; n += 1) rig.history.observer.stepSent(sent(large), list());
    for (let n = 0; n < 300; n += 1) rig.history.observer.stepSent(sent(began('more')), list());
    const { steps, stepsLeftOut } = (await rig.history.get('run'))!;
    assert.deepEqual([steps.length, stepsLeftOut], [200, 103]);
    assert.deepEqual([steps[1]!.outputs.length, steps[1]!.outputsLeftOut], [3, 2]);
    assert.deepEqual([steps[2]!.outputs.length, steps[2]!.outputsLeftOut], [1, 1]);
    assert.equal(steps[2]!.outputs[0]!.cut, true);
    for (const { outputs: of } of steps) assert.ok(Buffer.byteLength(JSON.stringify(of)) < 10_200);
    assert.equal(steps.at(-1)!.outputsLeftOut, 1);
    assert.ok(rig.history.bytesInMemory < 700_000);
  });

  it('late successes, but nothing once the run is over or unknown', async () => {
    const step = began('a');
    rig.history.settle('run', { status: 'timed-out' });
    rig.history.observer.stepEnded(step.runs[0]!, step, {}, undefined);
    rig.history.settle('run', { status: 'succeeded' });
    rig.history.observer.stepBegan(runOf('run'), stepOf('run', 'b'), {});
    rig.history.observer.stepBegan(runOf('none'), stepOf('none', 'b'), {});
    const { steps } = (await rig.history.get('run'))!;
    assert.deepEqual(
      steps.map(({ status }) => status),
      ['succeeded', 'succeeded'],
    );
  });

  it('the error of a node that never got done', async () => {
    began('a');
    rig.history.settle('run', { status: 'failed', error: { message: 'stopped', nodeId: 'a' } });
    const { steps } = (await rig.history.get('run'))!;
    assert.deepEqual([steps[1]!.status, steps[1]!.error?.message], ['failed', 'stopped']);
  });
});

const failure = { code: 'E', nodeId: 'b', nodeType: 'function' };

/** More than a step keeps. */
function list(): Message {
  return { payload: Array.from({ length: 5_000 }, (_, index) => index) };
}

describe('history: under load', () => {
  it('messages are skipped, and said to be, rather than a flow be slowed down', async () => {
    /** As if each encoding took 10 ms. */
    class SlowClock extends TestClock {
      override monotonicMs(): number {
        this.ms += 10;
        return this.ms;
      }
    }
    const rig = new TestHistory(new SlowClock());
    await rig.open();
    rig.begin('run');
    for (let n = 0; n < 50; n += 1) {
      const step = stepOf('run', 'a');
      rig.history.observer.stepBegan(step.runs[0]!, step, {});
      rig.history.observer.stepSent(sent(step), { n });
    }
    const { steps } = (await rig.history.get('run'))!;
    const skipped = steps.filter(({ outputs: [output] }) => output?.skipped === true).length;
    assert.equal(steps.length, 51);
    assert.ok(skipped > 25 && skipped < 51, String(skipped));
    // A quiet while later there is time again.
    rig.clock.ms += 10_000;
    const step = stepOf('run', 'later');
    rig.history.observer.stepBegan(step.runs[0]!, step, {});
    rig.history.observer.stepSent(sent(step), { n: 'seen' });
    assert.deepEqual((await outputs(rig)).at(-1), [{ port: 0, n: 'seen' }]);
  });

  for (const keepRuns of [500, 20_000])
    it(`10,000 runs at once, of which ${keepRuns} are to be kept, take up a bounded amount of memory`, async () => {
      const rig = new TestHistory(undefined, { keepRuns });
      await rig.open();
      for (let n = 0; n < 10_000; n += 1) {
        rig.begin(String(n), {}, { payload: 'x'.repeat(5_000) });
        const step = stepOf(String(n), 'a');
        rig.history.observer.stepBegan(step.runs[0]!, step, {});
        rig.history.observer.stepSent(sent(step), { payload: 'y'.repeat(5_000) });
        rig.history.observer.stepEnded(step.runs[0]!, step, {}, undefined);
        rig.history.settle(String(n), { status: 'succeeded' });
        assert.ok(rig.history.bytesInMemory <= 32 * 1024 * 1024);
      }
      let before: string | undefined;
      let listed = 0;
      do {
        const { runs, next } = rig.history.list({ limit: 200, before });
        listed += runs.length;
        before = next ?? undefined;
      } while (before !== undefined);
      assert.equal(listed, Math.min(keepRuns, 10_000));
      // What had to go is counted.
      for (const id of ['9500', '9999']) {
        const { steps, stepsLeftOut } = (await rig.history.get(id))!;
        assert.deepEqual([steps.length, stepsLeftOut], [2, 0]);
      }
      const first = await rig.history.get('0');
      if (keepRuns > 10_000) assert.deepEqual([first?.steps.length, first?.stepsLeftOut], [0, 2]);
      else assert.equal(first, undefined);
    });
});
