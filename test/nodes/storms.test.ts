import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { busiestSecond } from '../../bench/support/statistics';
import type { FlowNode } from '../../scripts/node-red-process';
import { alertOf, hooks, node, sink, trigger, useNodeFixture } from './support';

const STORM = 1_000;

/** The use case up to the other tool: a trigger, Get Alert, the body, and a sink. */
const FLOW: FlowNode[] = [
  node('sekoia-alert-created', 'trigger', { config: 'sekoia' }, 'get'),
  node('sekoia-get-alert', 'get', { config: 'sekoia' }, 'body'),
  node('sekoia-template', 'body', { template: '{"rule":"{{ node.1.rule.name }}"}' }, 'out'),
  sink('out'),
];

interface SendEvent {
  source: { id: string };
  cloneMessage: boolean;
}

describe('a storm of alerts', () => {
  const fixture = useNodeFixture();

  afterEach(() => hooks.remove('*.storms'));

  it('stays within the request limit, needs few requests and arrives whole', async () => {
    await fixture.run(FLOW, { requestsPerSecond: 5 });
    await fixture.nodeRed.status('trigger', 'live');
    fixture.platform.clearRequests();
    const uuids = fixture.platform.raiseMany(STORM);
    const messages = await fixture.nodeRed.received('out', STORM);
    assert.deepEqual(messages.map(alertOf).sort(), [...uuids].sort());
    const { requests } = fixture.platform;
    assert.ok(requests.length <= 0.03 * STORM, `${requests.length} requests`);
    const most = busiestSecond(requests.map(({ at }) => at));
    assert.ok(most <= 10, `${most} requests in a second`);
  });

  it('clones no message, commits many alerts at a time and seldom updates the status', async () => {
    let cloned = 0;
    hooks.add('preRoute.storms', (event) => {
      if ((event as unknown as SendEvent).cloneMessage) cloned += 1;
    });
    await fixture.run(FLOW, { requestsPerSecond: 0 });
    await fixture.nodeRed.status('trigger', 'live');
    const statuses = fixture.nodeRed.statusesOf('trigger').length;
    const startedMs = performance.now();
    fixture.platform.raiseMany(STORM);
    await fixture.nodeRed.received('out', STORM);
    await fixture.nodeRed.status('trigger', new RegExp(`${STORM} `));
    const seconds = (performance.now() - startedMs) / 1000;

    assert.equal(cloned, 0);
    assert.ok(fixture.nodeRed.statusesOf('trigger').length - statuses <= 5 * seconds + 2);
    await fixture.end();
    const journal = readFileSync(path.join(fixture.userDir, 'sekoia', 'ledger-trigger@1.jsonl'), 'utf8');
    const commits = journal.split('\n').length;
    assert.ok(commits < STORM, `${commits} commits`);
  });

  it('shares one read between a trigger and Get Alert', async () => {
    await fixture.run(FLOW);
    await fixture.nodeRed.status('trigger', 'live');
    fixture.platform.clearRequests();
    fixture.platform.raise();
    await fixture.nodeRed.received('out', 1);
    assert.equal(fixture.platform.requests.length, 1);
  });

  it('needs two reads when settings.js turns sharing off', async () => {
    fixture.shareReads(0);
    await fixture.run(FLOW);
    await fixture.nodeRed.status('trigger', 'live');
    fixture.platform.clearRequests();
    fixture.platform.raise();
    await fixture.nodeRed.received('out', 1);
    assert.equal(fixture.platform.requests.length, 2);
  });

  it('shows that requests wait for the rate limit', async () => {
    await fixture.run(trigger(), { requestsPerSecond: 1 });
    await fixture.nodeRed.status('trigger', 'live');
    fixture.platform.raiseMany(150);
    await fixture.nodeRed.status('trigger', / · throttled: request limit reached/);
    await fixture.nodeRed.received('alerts', 150);
  });

  it('shows the seconds that the platform asks to wait', async () => {
    await fixture.run(trigger());
    await fixture.nodeRed.status('trigger', 'live');
    fixture.platform.faults.rest({ retryAfter: 2, times: 1 });
    fixture.platform.raise();
    await fixture.nodeRed.status('trigger', / · pausing for 2 s: the platform asked \(Retry-After\)/);
    await fixture.nodeRed.status('trigger', / · pausing for 1 s: the platform asked \(Retry-After\)/);
    await fixture.nodeRed.received('alerts', 1);
  });
});
