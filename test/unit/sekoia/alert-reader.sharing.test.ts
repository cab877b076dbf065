import assert from 'node:assert/strict';

import { pass } from './support';
import { FakePlatform, readers, uuids } from './support/fake-alerts';

describe('the alert reader', () => {
  let platform: FakePlatform;
  const readerOf = readers(() => platform);

  beforeEach(() => {
    platform = new FakePlatform();
  });

  describe('for reads of the same alert', () => {
    it('shares one request at the same time', async () => {
      const reader = readerOf();
      const [uuid] = uuids(1);
      const [first, second] = await Promise.all([reader.read(uuid!), reader.read(uuid!)]);
      assert.equal(first, second);
      assert.deepEqual(platform.alone, [uuid]);
    });

    it('shares one request in sequence, by uuid or short id', async () => {
      const reader = readerOf();
      const [uuid] = uuids(1);
      const alert = await reader.read(uuid!);
      assert.equal(await reader.read(uuid!), alert);
      assert.equal(await reader.read(`AL-${uuid}`), alert);
      assert.equal(platform.alone.length, 1);
    });

    it('sends two requests after some time', async () => {
      const reader = readerOf(20);
      const [uuid] = uuids(1);
      await reader.read(uuid!);
      await pass(60);
      await reader.read(uuid!);
      assert.equal(platform.alone.length, 2);
    });

    it('sends two requests when sharing is off', async () => {
      const reader = readerOf(0);
      const [uuid] = uuids(1);
      await reader.read(uuid!);
      await reader.read(uuid!);
      assert.equal(platform.alone.length, 2);
    });

    it('sends two requests after a failure', async () => {
      const reader = readerOf();
      const [uuid] = uuids(1);
      platform.missing.add(uuid!);
      await assert.rejects(reader.read(uuid!));
      platform.missing.clear();
      assert.equal((await reader.read(uuid!)).uuid, uuid);
    });
  });
});
