import assert from 'node:assert/strict';

import { until } from '../chaos/support/until';
import { Middlebox } from '../integration/support/middlebox';
import {
  type UseCaseFixture,
  deployAndGoLive,
  receivedUuids,
  startUseCase,
} from '../integration/support/use-case-fixture';

const TWO_HOURS_MS = 2 * 3_600_000;

/** The waits of the package pass a hundred times as fast. */
const FAST = { nodeRed: { settings: { sekoia: { timeScale: 0.01 } } } };

describe('a wrong clock on the way to the platform', () => {
  let fixture: UseCaseFixture;
  let box: Middlebox;

  beforeEach(async () => {
    fixture = await startUseCase(FAST);
    box = await Middlebox.start(fixture.platform.url);
    fixture.flows = fixture.flows.map((node) =>
      node.type === 'sekoia-config' ? { ...node, baseUrl: box.url } : node,
    );
  });

  afterEach(async () => {
    await fixture.stop();
    await box.stop();
  });

  /** Waits until the list has been read so often, from its beginning. */
  async function reads(count: number): Promise<void> {
    const before = box.passed.length;
    const isRead = (url: string): boolean => url.includes('date') && url.includes('created_at');
    assert.ok(await until(() => box.passed.slice(before).filter(isRead).length >= count));
  }

  /** Raises an alert of which LiveAPI says nothing, and waits for it. */
  async function unannouncedArrives(): Promise<void> {
    const { uuid } = fixture.platform.raise({}, { announce: false });
    assert.ok(await until(() => receivedUuids(fixture.tool).includes(uuid)));
    assert.equal(receivedUuids(fixture.tool).filter((one) => one === uuid).length, 1);
  }

  async function arrivesOnce(): Promise<string> {
    const count = fixture.tool.received.length;
    const { uuid } = fixture.platform.raise();
    await fixture.tool.waitFor(count + 1, 30_000);
    return uuid;
  }

  for (const status of [403, 503])
    it(`loses no alert if it is two hours ahead on a proxy's own ${status} pages`, async () => {
      await deployAndGoLive(fixture);
      await arrivesOnce();
      box.intercept = (request, response) => {
        if (request.url?.includes('/sic/alerts') !== true) return false;
        const date = new Date(Date.now() + TWO_HOURS_MS).toUTCString();
        response.writeHead(status, { Date: date, 'Content-Type': 'text/html' }).end('<html>Blocked</html>');
        return true;
      };
      const meanwhile = fixture.platform.raise({}, { announce: false }).uuid;
      assert.ok(await until(() => box.intercepted >= 3));
      box.intercept = undefined;
      assert.ok(await until(() => receivedUuids(fixture.tool).includes(meanwhile)));
      await reads(3);
      await unannouncedArrives();
      await fixture.restart('stop');
      await unannouncedArrives();
    });

  it('loses no alert if it is two hours ahead on answers that a proxy passes on', async () => {
    fixture.platform.raise({}, { createdAt: fixture.platform.now() / 1000 - 60, announce: false });
    box.dateOffMs = TWO_HOURS_MS;
    await deployAndGoLive(fixture);
    await reads(2);
    await unannouncedArrives();
    box.dateOffMs = 0;
    await reads(2);
    await unannouncedArrives();
    assert.equal(fixture.tool.received.length, 2);
  });

  it('is detected at the next start, and logged, if it left the cursor in the future', async () => {
    await deployAndGoLive(fixture);
    const known = await arrivesOnce();
    // The platform itself is ahead for a while: nothing but an alert can move the cursor.
    fixture.platform.clockOffsetMs = TWO_HOURS_MS;
    const ahead = await arrivesOnce();
    await reads(3);
    fixture.platform.remove(ahead);
    fixture.platform.clockOffsetMs = 0;
    await fixture.restart('stop');
    await unannouncedArrives();
    await fixture.nodeRed.waitForLine(/a clock on the way was wrong.*may be sent twice/);
    assert.equal(receivedUuids(fixture.tool).filter((one) => one === known).length, 1);
  });

  it('loses no alert if one claims to be from next year', async () => {
    await deployAndGoLive(fixture);
    await arrivesOnce();
    const createdAt = fixture.platform.now() / 1000 + 365 * 86_400;
    const { uuid } = fixture.platform.raise({}, { createdAt });
    assert.ok(await until(() => receivedUuids(fixture.tool).includes(uuid)));
    await reads(3);
    await unannouncedArrives();
  });
});
