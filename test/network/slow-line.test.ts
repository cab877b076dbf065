import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { until } from '../chaos/support/until';
import { Middlebox } from '../integration/support/middlebox';
import {
  type UseCaseFixture,
  deployAndGoLive,
  receivedUuids,
  startUseCase,
} from '../integration/support/use-case-fixture';

const MB = 1024 * 1024;

describe('the line to the platform', function () {
  this.timeout(300_000);
  let fixture: UseCaseFixture;
  let box: Middlebox;

  afterEach(async () => {
    await fixture.stop();
    await box.stop();
  });

  async function begin(bitsPerSecond?: number): Promise<void> {
    fixture = await startUseCase({ nodeRed: { settings: { sekoia: { timeScale: 0.1 } } } });
    box = await Middlebox.start(fixture.platform.url, bitsPerSecond);
    // What the flow itself reads, and its own limit, would only make it last.
    fixture.flows = fixture.flows.map((node) => {
      if (node.type === 'sekoia-config') return { ...node, baseUrl: box.url };
      if (node.type === 'sekoia-get-alert') return { ...node, include: [] };
      return node.type === 'delay' ? { ...node, rate: '1000' } : node;
    });
    await deployAndGoLive(fixture);
  }

  async function allArrive(uuids: readonly string[]): Promise<void> {
    const received = (): string[] => receivedUuids(fixture.tool);
    const done = await until(
      () => uuids.every((uuid) => received().includes(uuid)),
      () => received().length,
      200_000,
    );
    assert.ok(done, `${received().length} of ${uuids.length}`);
    assert.equal(received().length, uuids.length);
  }

  it('may be so slow that a page of alerts takes longer than 15 s', async () => {
    await begin(1_000_000);
    const details = randomBytes(10_000).toString('hex');
    const uuids = fixture.platform.raiseMany(110, { details }, { announce: false });
    await allArrive(uuids);
  });

  it('may carry a gzip bomb, which costs no memory and loses no alert', async () => {
    await begin();
    const bomb = gzipSync(Buffer.alloc(512 * MB, ' '));
    box.intercept = (request, response) => {
      if (request.url?.includes('/sic/alerts') !== true) return false;
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(bomb);
      return true;
    };
    const before = peakMemory();
    const announced = fixture.platform.raiseMany(3);
    const others = fixture.platform.raiseMany(3, {}, { announce: false });
    assert.ok(await until(() => box.intercepted >= 4));
    const grown = peakMemory() - before;
    assert.ok(grown < 300 * MB, `${Math.round(grown / MB)} MB`);
    box.intercept = undefined;
    await allArrive([...announced, ...others]);
  });

  /** Of Node-RED, in bytes; 0 where the system does not tell. */
  function peakMemory(): number {
    try {
      const status = readFileSync(`/proc/${fixture.nodeRed.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }
});
