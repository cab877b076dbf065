import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';

import { RunsApi, type TriggerInfo } from './support/runs-api';
import {
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  receivedUuids,
  startUseCase,
} from './support/use-case-fixture';

describe('a trigger that is turned off', () => {
  let fixture: UseCaseFixture;
  let api: RunsApi;
  let id: string;

  before(async () => {
    fixture = await startUseCase({ nodeRed: { settings: { sekoia: { timeScale: 0.02 } } } });
    api = new RunsApi(fixture);
    ({ id } = nodeOf(fixture.flows, 'sekoia-alert-created'));
    await deployAndGoLive(fixture);
  });
  after(() => fixture.stop());

  const turn = async (to: 'on' | 'off', body?: object, trigger = id): Promise<TriggerInfo> => {
    const answer = await api.call<TriggerInfo>('POST', `triggers/${trigger}/${to}`, body);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const waiting = async (): Promise<unknown> => (await api.call('GET', `triggers/${id}/waiting`)).body;

  it('shows that it is off and closes its socket', async () => {
    await api.runOf(fixture.platform.raise().uuid, 'succeeded');
    const info = await turn('off');
    assert.deepEqual([info.on, info.state, info.error], [false, 'off', null]);
    const status = await fixture.comms.waitForStatus(id, /^switched off$/);
    assert.deepEqual([status.fill, status.shape], ['grey', 'ring']);
    await api.until(() => Promise.resolve(fixture.platform.live.open === 0 || undefined));
    const told = await api.until(() =>
      Promise.resolve(fixture.comms.changes.flatMap(({ changes }) => changes.triggers).find(({ on }) => !on)),
    );
    assert.deepEqual(told, { id, on: false, state: 'off' });
    // Once more changes nothing.
    assert.equal((await turn('off')).state, 'off');
  });

  it('counts the waiting alerts', async () => {
    assert.deepEqual(await waiting(), { alerts: 0 });
    fixture.platform.raiseMany(3);
    assert.deepEqual(await waiting(), { alerts: 3 });
    fixture.platform.faults.rest({ status: 403 });
    assert.deepEqual(await waiting(), { alerts: null });
    fixture.platform.faults.clear();
  });

  it('stays off after a deploy and a kill, and sends nothing', async () => {
    await fixture.nodeRed.deploy(fixture.flows);
    await fixture.comms.waitForStatus(id, /^switched off$/);
    await fixture.restart('kill');
    await fixture.comms.waitForStatus(id, /^switched off$/);
    assert.equal((await api.trigger(id)).on, false);
    assert.deepEqual(await waiting(), { alerts: 3 });
    assert.equal(fixture.tool.received.length, 1);
  });

  it('refuses to send an alert again', async () => {
    const [run] = await api.runs('limit=1');
    const answer = await api.call<{ code: string }>('POST', `runs/${run!.id}/rerun`);
    assert.deepEqual([answer.status, answer.body.code], [409, 'trigger-off']);
    assert.deepEqual((await api.call('POST', 'runs/rerun-failed')).body, { alerts: 0 });
  });

  it('continues where it stopped', async () => {
    const info = await turn('on');
    assert.equal(info.on, true);
    await fixture.tool.waitFor(4, 30_000);
    await fixture.comms.waitForStatus(id, /^live/);
    assert.equal(new Set(receivedUuids(fixture.tool)).size, 4);
    // Their runs are not over when the tool has got them.
    await api.until(async () => ((await api.trigger(id)).waiting === 0 ? true : undefined));
    assert.deepEqual(await waiting(), { alerts: 0 });
  });

  it('skips what came meanwhile and what waited, if asked to, but keeps dead letters', async () => {
    fixture.flows = fixture.flows.map((node) => (node.id === id ? { ...node, retries: 100 } : node));
    await deployAndGoLive(fixture);
    const failing = fixture.tool.answer({ status: 500 });
    const [retried] = fixture.platform.raiseMany(1);
    await api.runOf(retried!, 'waiting');
    await turn('off');
    failing.clear();
    const before = fixture.tool.received.length;
    fixture.platform.raiseMany(5);
    assert.deepEqual(await waiting(), { alerts: 6 });
    await turn('on', { from: 'now' });
    await fixture.comms.waitForStatus(id, /^live/);
    const { uuid } = fixture.platform.raise();
    await fixture.tool.waitFor(before + 1, 30_000);
    await api.runOf(uuid, 'succeeded');
    assert.deepEqual(receivedUuids(fixture.tool).slice(before), [uuid]);
    assert.equal((await api.runs(`alert=${retried}`))[0]?.status, 'failed');
    assert.equal((await api.runs('status=waiting')).length, 0);
  });

  it('stays off if it cannot read what to skip', async () => {
    await turn('off');
    fixture.platform.faults.rest({ status: 403 });
    const answer = await api.call<{ code: string }>('POST', `triggers/${id}/on`, { from: 'now' });
    assert.deepEqual([answer.status, answer.body.code], [409, 'trigger-not-ready']);
    assert.equal((await api.trigger(id)).on, false);
    fixture.platform.faults.clear();
    await turn('on', { from: 'now' });
  });

  it('leaves the socket to another trigger of the same configuration', async () => {
    const trigger = nodeOf(fixture.flows, 'sekoia-alert-created');
    await fixture.nodeRed.deploy([...fixture.flows, { ...trigger, id: 'the-other', name: 'The other' }]);
    await fixture.comms.waitForStatus('the-other', /^live/);
    const { accepted } = fixture.platform.live;
    const before = fixture.tool.received.length;
    await turn('off');
    assert.deepEqual([fixture.platform.live.open, fixture.platform.live.accepted], [1, accepted]);
    fixture.platform.raise();
    await fixture.tool.waitFor(before + 1, 30_000);
    const [one, other] = [await api.trigger(id), await api.trigger('the-other')];
    assert.deepEqual([one.state, other.state, other.name], ['off', 'live', 'The other']);
    await turn('off', undefined, 'the-other');
    await turn('on', { from: 'now' });
  });

  it('keeps its state when the change cannot be saved', async () => {
    const inTheWay = path.join(fixture.userDir, 'sekoia', 'switches.json.new');
    mkdirSync(inTheWay);
    const answer = await api.call<{ code: string; message: string }>('POST', `triggers/${id}/off`);
    rmdirSync(inTheWay);
    assert.deepEqual([answer.status, answer.body.code], [500, 'not-remembered']);
    assert.match(answer.body.message, /switches\.json/);
    assert.equal((await api.trigger(id)).on, true);
    await turn('off');
  });
});
