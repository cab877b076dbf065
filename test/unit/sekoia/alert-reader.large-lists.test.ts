import assert from 'node:assert/strict';

import type { Alert } from '../../../lib/sekoia/alert';
import type { AlertReader } from '../../../lib/sekoia/alert-reader';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { deferred, pass } from './support';
import { FakePlatform, readers, uuids } from './support/fake-alerts';

describe('the alert reader', () => {
  let platform: FakePlatform;
  const readerOf = readers(() => platform);

  beforeEach(() => {
    platform = new FakePlatform();
  });

  describe('for a list that is too slow or too large', () => {
    const TOO_LARGE = new SekoiaError('SEKOIA_BAD_RESPONSE', 'too large', { tooLarge: true });

    /** Sends them as one batch, which waited for its turn. */
    async function readAll(
      reader: AlertReader,
      ids: readonly string[],
    ): Promise<PromiseSettledResult<Alert>[]> {
      platform.gate = deferred();
      const reads = ids.map((id) => reader.read(id));
      await pass(1);
      platform.gate.resolve();
      return Promise.allSettled(reads);
    }

    for (const [why, error] of [
      ['does not come in time', new SekoiaError('SEKOIA_TIMEOUT', 'no answer in time')],
      ['is too large', TOO_LARGE],
    ] as const)
      it(`requests smaller parts when it ${why}`, async () => {
        platform.list.tooMuch = error;
        platform.list.atMost = 30;
        const results = await readAll(readerOf(), uuids(100));
        assert.ok(results.every(({ status }) => status === 'fulfilled'));
        assert.deepEqual(
          platform.list.requests.map(([, ids]) => ids.length),
          [100, 50, 25, 25, 25, 25],
        );
        // Each of them in a turn of its own.
        assert.equal(platform.turns, 6);
        assert.deepEqual(platform.alone, []);
      });

    it('makes later batches smaller from the beginning', async () => {
      platform.list.atMost = 30;
      const reader = readerOf();
      await readAll(reader, uuids(100));
      platform.list.requests.length = 0;
      await readAll(reader, uuids(60));
      assert.deepEqual(
        platform.list.requests.map(([, ids]) => ids.length),
        [25, 25, 10],
      );
    });

    it('reports an alert that is too large by itself as an error of that alert', async () => {
      platform.list.tooMuch = TOO_LARGE;
      const ids = uuids(20);
      platform.list.huge.add(ids[7]!);
      const results = await readAll(readerOf(), ids);
      const failed = results.flatMap((result, i) =>
        result.status === 'rejected' ? [[i, result.reason]] : [],
      );
      assert.deepEqual(failed, [[7, TOO_LARGE]]);
    });

    it('fails all remaining reads when even a list of one alert is too slow', async () => {
      platform.list.atMost = 0;
      const results = await readAll(readerOf(), uuids(8));
      assert.ok(
        results.every((result) => result.status === 'rejected' && result.reason === platform.list.tooMuch),
      );
      assert.deepEqual(
        platform.list.requests.map(([, ids]) => ids.length),
        [8, 4, 2, 1],
      );
    });
  });
});
