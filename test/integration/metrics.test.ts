import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';

import { RunsApi } from './support/runs-api';
import { type UseCaseFixture, deployAndGoLive, nodeOf, startUseCase } from './support/use-case-fixture';

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const SETTINGS = { settings: { sekoia: { metrics: true, timeScale: 0.02 } } };

/** Reads Prometheus' text format; throws for a line that is not of it. */
function parse(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] =
        /^([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$/.exec(line) ?? [];
      assert.notEqual(name, '', line);
      const pairs = [...labels.matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, key = '', text = '']) => [key, text])),
        value: Number(value),
      };
    });
}

describe('metrics', () => {
  it('are unavailable without prom-client, which is logged once', async () => {
    const fixture = await startUseCase({ nodeRed: { ...SETTINGS, env: { NODE_PATH: '' } } });
    try {
      const api = new RunsApi(fixture);
      const answer = await api.call<{ code: string; message: string }>('GET', 'metrics');
      assert.deepEqual([answer.status, answer.body.code], [501, 'no-metrics']);
      await deployAndGoLive(fixture);
      await api.call('GET', 'metrics');
      assert.equal(fixture.nodeRed.log.filter((line) => line.includes('npm install prom-client')).length, 1);
    } finally {
      await fixture.stop();
    }
  });

  it('cover alerts, runs, LiveAPI, API calls and ledgers', async () => {
    const installed = path.resolve(path.dirname(require.resolve('prom-client/package.json')), '..');
    const fixture: UseCaseFixture = await startUseCase({
      nodeRed: { ...SETTINGS, env: { NODE_PATH: installed } },
    });
    try {
      const api = new RunsApi(fixture);
      fixture.flows = fixture.flows.map((node) =>
        node.type === 'sekoia-alert-created' ? { ...node, retries: 0, urgencyMin: 10 } : node,
      );
      await deployAndGoLive(fixture);
      const trigger = nodeOf(fixture.flows, 'sekoia-alert-created').id;
      const config = nodeOf(fixture.flows, 'sekoia-config', 'ReadAlertContent').id;
      for (const uuid of fixture.platform.raiseMany(3, { urgency: { current_value: 50 } }))
        await api.runOf(uuid, 'succeeded');
      const failing = fixture.tool.answer({ status: 500, times: 1 });
      const failed = fixture.platform.raise({ urgency: { current_value: 50 } }).uuid;
      await api.runOf(failed, 'failed');
      assert.equal(failing.hits, 1);
      fixture.platform.raise({ urgency: { current_value: 1 } });
      const last = fixture.platform.raise({ urgency: { current_value: 50 } }).uuid;
      await api.runOf(last, 'succeeded');
      const opened = once(fixture.platform.live, 'open');
      fixture.platform.live.cut();
      await opened;
      const live = `sekoia_liveapi_state{config="${config}",state="live"} 1`;
      let answer = await api.call('GET', 'metrics');
      while (!answer.text.includes(live)) answer = await api.call('GET', 'metrics');
      assert.equal(answer.status, 200);
      assert.match(answer.type, /^text\/plain.*version=0\.0\.4/);
      const samples = parse(answer.text);
      const value = (name: string, labels: Record<string, string>): number | undefined =>
        samples.find(
          (sample) =>
            sample.name === name &&
            Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
        )?.value;
      const outcomes = ['received', 'filtered', 'succeeded', 'failed'].map((outcome) =>
        value('sekoia_alerts_total', { trigger, outcome }),
      );
      assert.deepEqual(outcomes, [6, 1, 4, 1]);
      const status = 'succeeded';
      assert.equal(value('sekoia_run_duration_seconds_count', { trigger, status }), 4);
      assert.equal(value('sekoia_run_duration_seconds_bucket', { trigger, status, le: '+Inf' }), 4);
      assert.equal(value('sekoia_liveapi_state', { config, state: 'live' }), 1);
      assert.equal(value('sekoia_liveapi_state', { config, state: 'waiting' }), 0);
      assert.ok(value('sekoia_liveapi_reconnects_total', { config })! >= 1);
      assert.ok(value('sekoia_api_calls_total', { config, status: '200' })! > 5);
      assert.equal(value('sekoia_ledger_alerts', { trigger, state: 'dead' }), 1);
      assert.equal(value('sekoia_ledger_alerts', { trigger, state: 'delivered' }), 4);
      assert.deepEqual((await api.trigger(trigger)).lastDay, {
        ...{ received: 6, filtered: 1, succeeded: 4, failed: 1 },
      });
    } finally {
      await fixture.stop();
    }
  });
});
