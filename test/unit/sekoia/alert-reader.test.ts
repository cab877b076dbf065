import assert from 'node:assert/strict';

import { SekoiaError } from '../../../lib/sekoia/errors';
import { deferred, pass, runningTimers } from './support';
import { FakePlatform, readers, uuids } from './support/fake-alerts';

describe('the alert reader', () => {
  let platform: FakePlatform;
  const readerOf = readers(() => platform);

  beforeEach(() => {
    platform = new FakePlatform();
  });

  it('requests a single alert directly', async () => {
    const [uuid] = uuids(1);
    assert.equal((await readerOf().read(uuid!)).uuid, uuid);
    assert.deepEqual(platform.alone, [uuid]);
    assert.deepEqual(platform.list.requests, []);
    assert.equal(platform.turns, 1);
  });

  it('combines waiting reads, up to 100', async () => {
    platform.gate = deferred();
    const reader = readerOf();
    const ids = uuids(250);
    const reads = ids.map((id) => reader.read(id));
    await pass(1);
    platform.gate.resolve();
    assert.deepEqual(
      (await Promise.all(reads)).map((alert) => alert.uuid),
      ids,
    );
    assert.deepEqual(
      platform.list.requests.map(([field, batch]) => [field, batch.length]),
      [
        ['uuid', 100],
        ['uuid', 100],
        ['uuid', 50],
      ],
    );
    assert.deepEqual(platform.alone, []);
    assert.equal(platform.turns, 3);
  });

  it('does not combine uuids and short ids', async () => {
    platform.gate = deferred();
    const reader = readerOf();
    const ids = uuids(2);
    const reads = [...ids, 'AL1', 'AL2'].map((id) => reader.read(id));
    await pass(1);
    platform.gate.resolve();
    await Promise.all(reads);
    assert.deepEqual(platform.list.requests, [
      ['uuid', ids],
      ['short_id', ['AL1', 'AL2']],
    ]);
  });

  it('requests directly what the list lacks', async () => {
    platform.gate = deferred();
    const reader = readerOf();
    const ids = uuids(3);
    platform.list.lagging.add(ids[1]!);
    platform.missing.add(ids[2]!);
    const reads = ids.map((id) => reader.read(id));
    await pass(1);
    platform.gate.resolve();
    const [found, late, missing] = await Promise.allSettled(reads);
    assert.equal(found!.status, 'fulfilled');
    assert.equal(late!.status, 'fulfilled');
    assert.ok(missing?.status === 'rejected');
    assert.equal((missing.reason as SekoiaError).code, 'SEKOIA_NOT_FOUND');
    assert.deepEqual(platform.alone.sort(), ids.slice(1).sort());
    assert.equal(platform.turns, 3);
  });

  describe('for an alert that was just announced', () => {
    it('does not request it directly when the list lacks it', async () => {
      const reader = readerOf();
      const [there, late] = uuids(2);
      platform.list.lagging.add(late!);
      const reads = [reader.read(there!, 'once'), reader.read(late!, 'once')];
      await Promise.allSettled(reads);
      await assert.rejects(reads[1]!, { code: 'SEKOIA_NOT_FOUND' });
      assert.deepEqual(platform.alone, []);
    });

    it('requests it by list again, even alone, to avoid error answers', async () => {
      const reader = readerOf();
      const [uuid] = uuids(1);
      platform.missing.add(uuid!);
      await assert.rejects(reader.read(uuid!, 'listed'), { code: 'SEKOIA_NOT_FOUND' });
      assert.deepEqual(platform.list.requests, [['uuid', [uuid]]]);
      platform.missing.clear();
      assert.equal((await reader.read(uuid!, 'listed')).uuid, uuid);
      assert.deepEqual(platform.alone, []);
    });

    it('requests it directly if another caller wants it meanwhile', async () => {
      platform.gate = deferred();
      const reader = readerOf();
      const [late, other] = uuids(2);
      platform.list.lagging.add(late!);
      const first = Promise.allSettled([reader.read(late!, 'once'), reader.read(other!, 'once')]);
      const sure = reader.read(late!);
      platform.gate.resolve();
      assert.equal((await first)[0].status, 'rejected');
      assert.equal((await sure).uuid, late);
      assert.deepEqual(platform.alone, [late]);
    });
  });

  for (const code of [
    'SEKOIA_UNAVAILABLE',
    'SEKOIA_RATE_LIMITED',
    'SEKOIA_AUTH',
    'SEKOIA_FORBIDDEN',
  ] as const)
    it(`fails every read on ${code} of the list, without direct requests`, async () => {
      platform.list.failure = new SekoiaError(code, 'no');
      const reader = readerOf();
      const results = await Promise.allSettled(uuids(3).map((id) => reader.read(id)));
      for (const result of results)
        assert.ok(result.status === 'rejected' && result.reason === platform.list.failure);
      assert.deepEqual(platform.alone, []);
    });

  it('requests each alert directly on any other failure of the list', async () => {
    platform.list.failure = new SekoiaError('SEKOIA_BAD_INPUT', 'no');
    const reader = readerOf();
    const ids = uuids(3);
    await Promise.all(ids.map((id) => reader.read(id)));
    assert.deepEqual(platform.alone.sort(), ids.sort());
  });

  it('leaves no timer after close()', async () => {
    await pass(1);
    const before = runningTimers();
    const reader = readerOf();
    await reader.read('AL1');
    assert.ok(runningTimers() > before);
    reader.close();
    assert.equal(runningTimers(), before);
  });
});
