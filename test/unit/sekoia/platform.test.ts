import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startPlatform } from '../../../simulator';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { Platform } from '../../../lib/sekoia/platform';
import { KEY, endings, watch } from './support';

describe('the platform client', () => {
  const ending = endings();

  it('derives its addresses, except those that are set individually', () => {
    const platform = new Platform({
      baseUrl: 'https://app.fra2.sekoia.io/api',
      liveUrl: 'wss://live.example.org',
      appUrl: '',
      apiKey: KEY,
    });
    assert.equal(platform.addresses.api, 'https://app.fra2.sekoia.io/api/v1');
    assert.equal(platform.addresses.live, 'wss://live.example.org/live/');
    assert.equal(platform.client.addresses, platform.addresses);
    assert.equal(platform.live.status.state, 'off');
  });

  it('rejects an invalid address', () => {
    assert.throws(
      () => new Platform({ baseUrl: 'ftp://api.sekoia.io', apiKey: KEY }),
      (error) => error instanceof SekoiaError && error.code === 'SEKOIA_BAD_INPUT',
    );
  });

  it('may be created without a key, and reports that when it is used', async () => {
    const platform = new Platform({ baseUrl: 'https://api.sekoia.io', apiKey: undefined });
    ending(() => platform.close());
    await assert.rejects(platform.client.me(), /No API key is set/);
    const { error } = await watch(platform.live).watcher.reaches('refused');
    assert.equal(error?.code, 'SEKOIA_AUTH');
  });

  it('reports a notice and reads its alert', async () => {
    const simulator = await startPlatform({ apiKey: KEY });
    ending(() => simulator.stop());
    const platform = new Platform({ baseUrl: simulator.url, apiKey: KEY });
    ending(() => platform.close());
    const upgraded = once(simulator.live, 'upgrade');
    const { watcher } = watch(platform.live);
    await Promise.all([watcher.reaches('live'), upgraded]);
    const raised = simulator.raise();
    await watcher.until(() => watcher.notices.length === 1);
    const [notice] = watcher.notices;
    assert.equal((await platform.client.getAlert(notice!.uuid)).short_id, raised.short_id);
  });

  it('ends its requests and its connection on close()', async () => {
    const simulator = await startPlatform({ apiKey: KEY });
    ending(() => simulator.stop());
    const platform = new Platform({ baseUrl: simulator.url, apiKey: KEY });
    await watch(platform.live).watcher.reaches('live');
    simulator.faults.rest({ hang: true });
    const call = platform.client.me();
    await once(simulator, 'request');
    const gone = once(simulator.live, 'close');
    await Promise.all([platform.close(), assert.rejects(call, /stopped or was redeployed/)]);
    await gone;
    await platform.close();
  });

  it('lets the process end once it is closed, without output on standard error', async () => {
    const script = join(__dirname, 'fixtures/use-and-close.ts');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
    assert.equal(stderr, '');
    assert.equal(stdout, 'closed\n');
  });
});
