import assert from 'node:assert/strict';

import { RunsApi } from './support/runs-api';
import { type UseCaseFixture, deployAndGoLive, nodeOf, startUseCase } from './support/use-case-fixture';

interface Refusal {
  code: string;
  message: string;
}

const LONG = 'x'.repeat(5_000);

describe('the admin API of runs', () => {
  let fixture: UseCaseFixture;
  let api: RunsApi;
  let id: string;

  before(async () => {
    fixture = await startUseCase();
    api = new RunsApi(fixture);
    ({ id } = nodeOf(fixture.flows, 'sekoia-alert-created'));
    await deployAndGoLive(fixture);
    for (const uuid of fixture.platform.raiseMany(5)) await api.runOf(uuid, 'succeeded');
  });
  after(() => fixture.stop());

  it('lists runs page by page, newest first', async () => {
    const all = await api.page();
    assert.deepEqual([all.runs.length, all.next], [5, null]);
    const first = await api.page('limit=2');
    const second = await api.page(`limit=2&before=${first.next}`);
    const third = await api.page(`limit=2&before=${second.next}`);
    assert.deepEqual([...first.runs, ...second.runs, ...third.runs], all.runs);
    assert.equal(third.next, null);
  });

  it('lists the runs that match the query', async () => {
    assert.equal((await api.runs(`trigger=${id}`)).length, 5);
    assert.equal((await api.runs('trigger=another')).length, 0);
    assert.equal((await api.runs('status=failed,timed-out')).length, 0);
    assert.equal((await api.runs('status=failed,succeeded')).length, 5);
    // Nothing filled in is nothing asked for.
    assert.equal((await api.runs('status=&alert=&trigger=&before=&limit=')).length, 5);
  });

  for (const route of [
    'runs?limit=0',
    'runs?limit=201',
    'runs?limit=-1',
    'runs?limit=1.5',
    'runs?limit=1e2',
    'runs?limit=NaN',
    'runs?limit=5&limit=6',
    'runs?limit[a]=5',
    'runs?status=broken',
    'runs?status=failed,',
    'runs?status=__proto__',
    'runs?status[]=failed',
    'runs?trigger[__proto__]=1',
    'runs?trigger=a&trigger=b',
    `runs?trigger=${LONG}`,
    `runs?alert=${LONG}`,
    'runs?alert[x][y]=1',
    'runs?before=nonsense',
    `runs?before=${LONG}`,
    'runs/%E0%A4%A',
    'runs/rerun-failed?alert[]=1',
  ])
    it(`rejects GET ${route.slice(0, 60)}`, async () => {
      const answer = await api.call<Refusal>('GET', route);
      assert.equal(answer.status, 400, answer.text);
      assertRefusal(answer, 'bad-request');
    });

  for (const [route, body] of [
    ['on', '{"from'],
    ['on', '"now"'],
    ['on', 'null'],
    ['on', '[]'],
    ['on', '["now"]'],
    ['on', { from: 'then' }],
    ['on', { from: ['now'] }],
    ['on', { from: null }],
    ['on', { From: 'now' }],
    ['on', '{"__proto__":{"from":"now"}}'],
    ['on', `{"from":"${LONG}"}`],
    ['off', { from: 'now' }],
    ['off', '{'],
  ] as const)
    it(`refuses a body of ${typeof body === 'string' ? body.slice(0, 40) : JSON.stringify(body)} (${route})`, async () => {
      const answer = await api.call<Refusal>('POST', `triggers/${id}/${route}`, body);
      assert.equal(answer.status, 400, answer.text);
      assertRefusal(answer, 'bad-request');
      assert.equal((await api.trigger(id)).on, true);
    });

  for (const body of ['{', '[]', { alert: 5 }, { trigger: {} }, { alert: LONG }, { status: 'failed' }])
    it(`rejects a rerun of ${JSON.stringify(body).slice(0, 40)}`, async () => {
      const answer = await api.call<Refusal>('POST', 'runs/rerun-failed', body);
      assert.equal(answer.status, 400, answer.text);
      assertRefusal(answer, 'bad-request');
    });

  // What a page of another site can make a browser send without being asked, and what only looks like JSON.
  for (const [contentType, body] of [
    [undefined, undefined],
    ['text/plain', undefined],
    ['text/plain', '{"from":"now"}'],
    ['text/plain;charset=UTF-8', '{"from":"now"}'],
    ['text/plain; application/json', '{"from":"now"}'],
    ['application/x-www-form-urlencoded', 'from=now'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/jsonp', '{}'],
  ] as const)
    for (const to of ['on', 'off'])
      it(`rejects what is not JSON: ${contentType ?? 'no type'}, ${body ?? 'no body'} (${to})`, async () => {
        const response = await fetch(`${fixture.nodeRed.url}/sekoia/triggers/${id}/${to}`, {
          method: 'POST',
          headers: contentType === undefined ? {} : { 'Content-Type': contentType },
          ...(body !== undefined && { body: Buffer.from(body) }),
        });
        assert.equal(response.status, 415);
        const refusal = (await response.json()) as Refusal;
        assert.equal(refusal.code, 'not-json');
        assert.match(refusal.message, /Content-Type header to application\/json/);
        assert.equal((await api.trigger(id)).on, true);
      });

  it('accepts JSON in each spelling of its type, with and without a body', async () => {
    for (const contentType of ['application/json', 'Application/JSON; charset=utf-8'])
      for (const body of [undefined, '{}']) {
        const response = await fetch(`${fixture.nodeRed.url}/sekoia/runs/rerun-failed`, {
          method: 'POST',
          headers: { 'Content-Type': contentType },
          ...(body !== undefined && { body }),
        });
        assert.equal(response.status, 202, `${contentType} ${String(body)}`);
      }
  });

  it('rejects a body that is too large', async () => {
    const answer = await api.call<Refusal>('POST', `triggers/${id}/on`, { from: 'x'.repeat(6_000_000) });
    assert.equal(answer.status, 400);
    assertRefusal(answer, 'bad-request');
  });

  for (const [method, route, code] of [
    ['GET', 'runs/none', 'unknown-run'],
    ['GET', 'runs/__proto__', 'unknown-run'],
    ['GET', `runs/${LONG}`, 'unknown-run'],
    ['GET', 'runs/..%2f..%2fetc%2fpasswd', 'unknown-run'],
    ['POST', 'runs/none/rerun', 'unknown-run'],
    ['GET', 'triggers/none/waiting', 'unknown-trigger'],
    ['POST', 'triggers/constructor/on', 'unknown-trigger'],
    ['POST', 'triggers/none/off', 'unknown-trigger'],
  ] as const)
    it(`knows no ${method} ${route.slice(0, 40)}`, async () => {
      const answer = await api.call<Refusal>(method, route);
      assert.equal(answer.status, 404, answer.text);
      assertRefusal(answer, code);
    });

  it('says why a trigger cannot run', async () => {
    const broken = { ...nodeOf(fixture.flows, 'sekoia-alert-created'), id: 'no-config', config: '' };
    await fixture.nodeRed.deploy([...fixture.flows, broken]);
    await fixture.comms.waitForStatus('no-config', /no Sekoia configuration/);
    const info = await api.trigger('no-config');
    assert.equal(info.state, 'misconfigured');
    assert.match(info.error ?? '', /No Sekoia configuration is selected/);
    assert.deepEqual((await api.call('GET', 'triggers/no-config/waiting')).body, { alerts: 0 });
    const off = await api.call('POST', 'triggers/no-config/off');
    assert.equal(off.status, 200);
    const on = await api.call<Refusal>('POST', 'triggers/no-config/on', { from: 'now' });
    assert.deepEqual([on.status, on.body.code], [409, 'trigger-not-ready']);
  });

  it('has no metrics unless they are enabled', async () => {
    const answer = await api.call<Refusal>('GET', 'metrics');
    assert.equal(answer.status, 501);
    assertRefusal(answer, 'no-metrics');
    assert.match(answer.body.message, /npm install prom-client/);
  });

  it('sends editors only ids and states, at most five times a second', async () => {
    const { changes } = fixture.comms;
    const from = changes.length;
    const uuids = fixture.platform.raiseMany(200);
    await api.runOf(uuids.at(-1)!, 'succeeded');
    const burst = changes.slice(from);
    assert.ok(burst.length > 0);
    for (const { changes: told } of burst) {
      assert.ok(Object.keys(told).every((key) => ['runs', 'triggers', 'many'].includes(key)));
      for (const run of told.runs) assert.deepEqual(Object.keys(run).sort(), ['id', 'status']);
      for (const trigger of told.triggers)
        assert.deepEqual(Object.keys(trigger).sort(), ['id', 'on', 'state']);
    }
    const seconds = (burst.at(-1)!.at - burst[0]!.at) / 1000;
    assert.ok(burst.length <= 5 * seconds + 2, `${burst.length} in ${seconds} s`);
  });

  function assertRefusal(answer: { text: string; type: string; body: Refusal }, code: string): void {
    assert.match(answer.type, /application\/json/);
    assert.deepEqual(Object.keys(answer.body).sort(), ['code', 'message']);
    assert.equal(answer.body.code, code);
    assert.ok(answer.body.message.length > 0 && answer.body.message.length < 500);
    assert.doesNotMatch(answer.text, /node_modules|\.js:\d+|at \w+ \(/);
  }
});
