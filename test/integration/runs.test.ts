import assert from 'node:assert/strict';

import { RunsApi } from './support/runs-api';
import { type UseCaseFixture, deployAndGoLive, nodeOf, startUseCase } from './support/use-case-fixture';

/** Retries within a second. */
const FAST = { sekoia: { timeScale: 0.02 } };

describe('runs', () => {
  let fixture: UseCaseFixture;
  let api: RunsApi;

  before(async () => {
    fixture = await startUseCase({ nodeRed: { settings: FAST } });
    api = new RunsApi(fixture);
    await deployAndGoLive(fixture);
  });
  after(() => fixture.stop());

  const trigger = () => nodeOf(fixture.flows, 'sekoia-alert-created');
  /** Deploys the flow with other settings of the trigger. */
  const deploy = async (settings: object): Promise<void> => {
    fixture.flows = fixture.flows.map((node) => (node.id === trigger().id ? { ...node, ...settings } : node));
    await deployAndGoLive(fixture);
  };

  it('succeed and record what was sent, when and by which nodes', async () => {
    const { uuid, short_id } = fixture.platform.raise({ title: 'Suspicious process' });
    const run = await api.runOf(uuid, 'succeeded');
    assert.equal(run.alert.shortId, short_id);
    assert.equal(run.alert.title, 'Suspicious process');
    assert.deepEqual(run.trigger, { id: trigger().id, name: 'Alert Created' });
    assert.equal(run.flow.name, 'Synchronise alerts with an external tool');
    assert.deepEqual([run.attempt, run.source, run.error], [1, 'live', null]);
    assert.ok(run.durationMs !== null && run.durationMs >= 0);
    const { steps } = await api.run(run.id);
    assert.equal(steps[0]?.nodeId, trigger().id);
    assert.ok(steps.some(({ nodeType }) => nodeType === 'http request'));
    assert.ok(steps.every(({ status }) => status === 'succeeded'));
  });

  it('fail on a status of 500, wait and succeed when they are retried', async () => {
    const failing = fixture.tool.answer({ status: 500, times: 1 });
    const { uuid } = fixture.platform.raise();
    const second = await api.runOf(uuid, 'succeeded');
    assert.deepEqual([failing.hits, second.attempt, second.source], [1, 2, 'retry']);
    const [, first] = await api.runs(`alert=${uuid}`);
    assert.equal(first?.status, 'failed');
    assert.equal(first.error?.code, 'HTTP_500');
    assert.equal(first.error.nodeId, nodeOf(fixture.flows, 'http request').id);
  });

  it('end as dead letters on a refused connection, when no retry is left', async () => {
    await deploy({ retries: 0 });
    const refusing = fixture.tool.answer({ reset: true });
    const { uuid } = fixture.platform.raise();
    const run = await api.runOf(uuid, 'failed');
    assert.ok(run.error?.message);
    refusing.clear();
    assert.equal((await api.trigger(trigger().id)).dead, 1);
  });

  it('are rerun on demand, as runs of their own, if they failed', async () => {
    const [failed] = await api.runs('status=failed&limit=1');
    const { uuid } = failed!.alert;
    const answer = await api.call('POST', `runs/${failed!.id}/rerun`);
    assert.deepEqual([answer.status, answer.body], [202, { alerts: 1 }]);
    const again = await api.runOf(uuid, 'succeeded');
    assert.deepEqual([again.source, again.attempt], ['rerun', 2]);
    const { dead, lastDay } = await api.trigger(trigger().id);
    assert.equal(dead, 0);
    assert.equal(lastDay.failed, 1);
  });

  it('are also rerun if they succeeded and their alert no longer passes the filters', async () => {
    await deploy({ urgencyMin: 100, urgencyMax: 100 });
    const [succeeded] = await api.runs('status=succeeded&limit=1');
    await api.call('POST', `runs/${succeeded!.id}/rerun`);
    await api.until(async () => {
      const [newest] = await api.runs(`alert=${succeeded!.alert.uuid}&limit=1`);
      return newest?.source === 'rerun' && newest.id !== succeeded!.id && newest.status === 'succeeded'
        ? newest
        : undefined;
    });
    await deploy({ urgencyMin: 0, urgencyMax: 100 });
  });

  it('may be set aside when they time out, and succeed if they do so late', async () => {
    await deploy({ runTimeoutSeconds: 1, afterTimeout: 'set-aside' });
    const slow = fixture.tool.answer({ delayMs: 2_500, times: 1 });
    const { uuid } = fixture.platform.raise();
    const run = await api.runOf(uuid, 'timed-out');
    assert.match(run.error?.message ?? '', /timed out after 1 s/);
    const late = await api.runOf(uuid, 'succeeded');
    assert.deepEqual([late.id, late.error, slow.hits], [run.id, null, 1]);
    await deploy({ runTimeoutSeconds: 60, afterTimeout: 'retry' });
  });

  it('fail where a template does', async () => {
    const bodies = fixture.flows;
    fixture.flows = bodies.map((node) =>
      node.type === 'sekoia-template' ? { ...node, template: '{{#payload}', wires: node.wires } : node,
    );
    await deployAndGoLive(fixture);
    const { uuid } = fixture.platform.raise();
    const run = await api.runOf(uuid, 'failed');
    assert.equal(run.error?.nodeId, nodeOf(fixture.flows, 'sekoia-template').id);
    fixture.flows = bodies;
    await deployAndGoLive(fixture);
    await api.call('POST', `runs/${run.id}/rerun`);
    await api.runOf(uuid, 'succeeded');
  });

  it('are all rerun at once if they failed, each alert once', async () => {
    const refusing = fixture.tool.answer({ status: 503 });
    const uuids = fixture.platform.raiseMany(4);
    for (const uuid of uuids) await api.runOf(uuid, 'failed');
    refusing.clear();
    assert.deepEqual((await api.call('GET', 'runs/rerun-failed')).body, { alerts: 4 });
    assert.deepEqual((await api.call('GET', `runs/rerun-failed?alert=${uuids[0]}`)).body, { alerts: 1 });
    assert.deepEqual((await api.call('GET', 'runs/rerun-failed?trigger=another')).body, { alerts: 0 });
    const answer = await api.call('POST', 'runs/rerun-failed', { trigger: trigger().id });
    assert.deepEqual([answer.status, answer.body], [202, { alerts: 4 }]);
    for (const uuid of uuids) assert.equal((await api.runOf(uuid, 'succeeded')).source, 'rerun');
    assert.deepEqual((await api.call('POST', 'runs/rerun-failed')).body, { alerts: 0 });
  });

  it('cannot be rerun twice at a time, and are interrupted by a deploy', async () => {
    await deploy({ retries: 3 });
    const hanging = fixture.tool.answer({ hang: true, times: 1 });
    const { uuid } = fixture.platform.raise();
    await fixture.tool.waitFor(() => hanging.hits === 1, 30_000);
    const run = await api.runOf(uuid, 'running');
    const answer = await api.call<{ code: string }>('POST', `runs/${run.id}/rerun`);
    assert.deepEqual([answer.status, answer.body.code], [409, 'on-its-way']);

    await deployAndGoLive(fixture);
    const again = await api.runOf(uuid, 'succeeded');
    assert.notEqual(again.id, run.id);
    const cut = await api.run(run.id);
    assert.equal(cut.status, 'failed');
    // The deploy closes the http request node as well, whose request may be the first to end.
    assert.match(cut.error?.code ?? '', /RUN_INTERRUPTED|ECONNRESET/);
  });

  for (const end of ['stop', 'kill'] as const)
    it(`are still there after a restart (${end})`, async () => {
      const { uuid } = fixture.platform.raise();
      const run = await api.runOf(uuid, 'succeeded');
      const before = await api.trigger(trigger().id);
      await fixture.restart(end);
      await fixture.comms.waitForStatus(trigger().id, /^live/);
      const page = await api.page('limit=200');
      assert.equal(new Set(page.runs.map(({ id }) => id)).size, page.runs.length);
      // What a kill leaves is what was written by then: not the last moment, nor the counters of minutes.
      if (end === 'stop') {
        assert.equal(page.runs[0]?.id, run.id);
        assert.deepEqual((await api.trigger(trigger().id)).lastDay, before.lastDay);
      } else assert.ok(page.runs.length > 0);
      assert.ok(page.runs.every(({ status }) => status !== 'running'));
    });

  it('stay when their trigger is gone, and cannot be rerun', async () => {
    const [run] = await api.runs('limit=1');
    const { id } = trigger();
    const flows = fixture.flows.map((node) => (node.id === id ? { ...node, id: 'another-trigger' } : node));
    await fixture.nodeRed.deploy(flows);
    await fixture.comms.waitForStatus('another-trigger', /^live/);
    const answer = await api.call<{ code: string }>('POST', `runs/${run!.id}/rerun`);
    assert.deepEqual([answer.status, answer.body.code], [409, 'trigger-gone']);
  });
});
