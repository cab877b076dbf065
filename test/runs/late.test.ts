import assert from 'node:assert/strict';

import type { RunHandle, RunOutcome } from '../../lib/runs';
import { useRunsFixture } from './support/runs-fixture';
import { delay, exec, func, node, post, rateLimit, sink, trigger } from './support/nodes';
import { useTarget } from './support/target';

/** A run, and the next revision of it that is to come. */
class Revised {
  readonly handle: RunHandle;
  readonly reported: string[] = [];
  #next: (() => void) | undefined;

  constructor(start: (onRevised: (outcome: RunOutcome) => void) => RunHandle) {
    this.handle = start((outcome) => {
      this.reported.push(outcome.status);
      this.#next?.();
    });
  }

  async revisions(count: number): Promise<string[]> {
    while (this.reported.length < count) await new Promise<void>((resolve) => (this.#next = resolve));
    return this.reported;
  }
}

describe('a run fails after its end', () => {
  const fixture = useRunsFixture();
  const target = useTarget();

  const start = (message: object = {}): Revised =>
    new Revised((onRevised) => fixture.start(message, { onRevised }));

  beforeEach(() => {
    target.answer = () => 500;
  });

  /** What a function does when the test says so, and not before the run has ended. */
  const later = (code: string, go = 'go'): string =>
    `const timer = setInterval(() => {
      if (!flow.get('${go}')) return;
      clearInterval(timer);
      ${code}
    }, 5);`;

  it('when a function sends later', async () => {
    const code = later('node.send({ payload: "late" });');
    await fixture.load([trigger('later'), func('later', code, 'send'), post('send', target.url)]);
    const run = start();
    assert.equal((await run.handle.outcome).status, 'succeeded');
    fixture.set('go', true);
    assert.deepEqual(await run.revisions(1), ['failed']);
  });

  it('when a function fails later', async () => {
    const code = later('node.error("too late", msg);');
    await fixture.load([trigger('later'), func('later', code, '')]);
    const run = start();
    assert.equal((await run.handle.outcome).status, 'succeeded');
    fixture.set('go', true);
    assert.deepEqual(await run.revisions(1), ['failed']);
  });

  it('for the alert that a debouncing Trigger node lets through', async () => {
    const settings = {
      op1type: 'nul',
      op2type: 'payl',
      duration: '150',
      units: 'ms',
      extend: true,
      outputs: 1,
    };
    const debounce = node('trigger', 'debounce', { ...settings, op1: '', op2: '' }, 'send');
    await fixture.load([trigger('debounce'), debounce, post('send', target.url)]);
    const [dropped, sent] = [start({ payload: 'a' }), start({ payload: 'b' })];
    assert.equal((await dropped.handle.outcome).status, 'succeeded');
    // On a machine that is slow enough it is sent before the run is at rest.
    if ((await sent.handle.outcome).status === 'succeeded')
      assert.deepEqual(await sent.revisions(1), ['failed']);
    assert.deepEqual(dropped.reported, []);
    assert.deepEqual(
      target.record.map(({ body }) => body),
      ['b'],
    );
  });

  it('when a node without done sends late', async () => {
    await fixture.load([
      trigger('old'),
      node('held-without-done', 'old', {}, 'send'),
      post('send', target.url),
    ]);
    const run = start();
    assert.equal((await run.handle.outcome).status, 'succeeded');
    fixture.sendHeld('old');
    assert.deepEqual(await run.revisions(1), ['failed']);
  });

  it('and succeeds when the failure is made good', async () => {
    let asked = 0;
    target.answer = () => ((asked += 1) === 1 ? 500 : 200);
    const code =
      later('node.send({ payload: "late" });') +
      later('node.send({ payload: "late" });', 'again').replaceAll('timer', 'second');
    await fixture.load([trigger('later'), func('later', code, 'send'), post('send', target.url)]);
    const run = start();
    assert.equal((await run.handle.outcome).status, 'succeeded');
    fixture.set('go', true);
    assert.deepEqual(await run.revisions(1), ['failed']);
    fixture.set('again', true);
    assert.deepEqual(await run.revisions(2), ['failed', 'succeeded']);
  });

  it('and not for the messages of other runs that a queue sends from its context', async () => {
    target.answer = ({ body }) => (body === 'c' ? 500 : 200);
    await fixture.load([trigger('queue'), rateLimit('queue', 30, 'send'), post('send', target.url)]);
    const runs = ['a', 'b', 'c', 'd'].map((payload) => start({ payload }));
    fixture.send('queue', { payload: 'c' });
    const outcomes = await Promise.all(runs.map(({ handle }) => handle.outcome));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['succeeded', 'succeeded', 'failed', 'succeeded'],
    );
    await target.answers(5);
    assert.deepEqual(
      runs.map(({ reported }) => reported),
      [[], [], [], []],
    );
  });

  it('and not once it is abandoned or released', async () => {
    await fixture.load([trigger('early'), node('done-first', 'early', {}, 'sink'), sink()]);
    const run = start();
    assert.equal((await run.handle.outcome).status, 'succeeded');
    run.handle.abandon();
    await run.handle.over;
    fixture.sendHeld('early');
    await fixture.arrivals(1);
    assert.deepEqual(fixture.tracker.size, { runs: 0, ended: 0, messageIds: 0 });
  });
});

describe('a command', () => {
  const fixture = useRunsFixture();

  for (const { how, settings } of [
    { how: 'exec', settings: { useSpawn: 'false' } },
    { how: 'exec, old return code', settings: { useSpawn: 'false', oldrc: true } },
    { how: 'spawn', settings: { useSpawn: 'true' } },
    { how: 'spawn, old return code', settings: { useSpawn: 'true', oldrc: true } },
  ]) {
    const flow = (command: string) => [
      trigger('exec'),
      exec('exec', command, settings, 'sink', '', ''),
      delay('next', 1, ''),
      sink(),
    ];

    it(`succeeds when it ends with 0 (${how})`, async () => {
      await fixture.load(flow('true'));
      assert.equal((await fixture.outcome({ payload: 5, rc: { code: 7 } })).status, 'succeeded');
    });

    it(`fails when it ends with another code (${how})`, async () => {
      await fixture.load(flow('sh -c "exit 3"'));
      const outcome = await fixture.outcome({ payload: 3 });
      assert.ok(outcome.status === 'failed');
      assert.equal(outcome.error.message, 'The command ended with code 3');
      assert.equal(outcome.error.code, 'EXIT_3');
    });

    it(`fails when it is killed (${how})`, async () => {
      await fixture.load(flow('sh -c "kill -9 $$"'));
      assert.equal((await fixture.outcome()).status, 'failed');
    });
  }

  it('fails when it cannot be run', async () => {
    await fixture.load([trigger('exec'), exec('exec', 'no-such-command', { useSpawn: 'true' }, '', '', '')]);
    assert.equal((await fixture.outcome()).status, 'failed');
  });
});
