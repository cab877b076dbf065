import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import type { Alert } from '../../../lib/sekoia/alert';
import { AlertReader, type IdField } from '../../../lib/sekoia/alert-reader';
import { BatchSize } from '../../../lib/sekoia/batch-size';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { deferred, endings, pass, runningTimers } from './support';

/** A platform that has every alert, and what was asked of it. */
class FakePlatform {
  readonly alone: string[] = [];
  readonly together: [field: IdField, ids: readonly string[]][] = [];
  turns = 0;
  /** Holds back every turn until it is resolved. */
  gate: { promise: Promise<void>; resolve: () => void } | undefined;
  missing = new Set<string>();
  /** Not in the list yet. */
  lagging = new Set<string>();
  listFails: SekoiaError | undefined;
  readonly batchSize = new BatchSize();
  /** A list of more than so many does not come. */
  atMost = 100;
  tooMuch: SekoiaError = new SekoiaError('SEKOIA_TIMEOUT', 'no answer in time');
  /** Not even alone. */
  huge = new Set<string>();

  async turn(): Promise<void> {
    this.turns += 1;
    await this.gate?.promise;
  }

  readOne(id: string): Promise<Alert> {
    this.alone.push(id);
    if (this.missing.has(id)) return Promise.reject(new SekoiaError('SEKOIA_NOT_FOUND', `no ${id}`));
    return Promise.resolve(alertOf(id));
  }

  readMany(field: IdField, ids: readonly string[]): Promise<Alert[]> {
    this.together.push([field, ids]);
    if (this.listFails) return Promise.reject(this.listFails);
    if (ids.length > this.atMost || ids.some((id) => this.huge.has(id))) return Promise.reject(this.tooMuch);
    return Promise.resolve(ids.filter((id) => !this.missing.has(id) && !this.lagging.has(id)).map(alertOf));
  }
}

function alertOf(id: string): Alert {
  return id.startsWith('AL') ? { uuid: `uuid-of-${id}`, short_id: id } : { uuid: id, short_id: `AL-${id}` };
}

function uuids(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

describe('the alert reader', () => {
  const ending = endings();
  let platform: FakePlatform;

  beforeEach(() => {
    platform = new FakePlatform();
  });

  function readerOf(shareForMs = 60_000): AlertReader {
    const reader = new AlertReader({
      acquire: () => platform.turn(),
      readOne: (id) => platform.readOne(id),
      readMany: (field, ids) => platform.readMany(field, ids),
      batchSize: platform.batchSize,
      shareForMs,
    });
    ending(() => reader.close());
    return reader;
  }

  it('requests a single alert directly', async () => {
    const [uuid] = uuids(1);
    assert.equal((await readerOf().read(uuid!)).uuid, uuid);
    assert.deepEqual(platform.alone, [uuid]);
    assert.deepEqual(platform.together, []);
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
      platform.together.map(([field, batch]) => [field, batch.length]),
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
    assert.deepEqual(platform.together, [
      ['uuid', ids],
      ['short_id', ['AL1', 'AL2']],
    ]);
  });

  it('requests directly what the list lacks', async () => {
    platform.gate = deferred();
    const reader = readerOf();
    const ids = uuids(3);
    platform.lagging.add(ids[1]!);
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
      platform.lagging.add(late!);
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
      assert.deepEqual(platform.together, [['uuid', [uuid]]]);
      platform.missing.clear();
      assert.equal((await reader.read(uuid!, 'listed')).uuid, uuid);
      assert.deepEqual(platform.alone, []);
    });

    it('requests it directly if another caller wants it meanwhile', async () => {
      platform.gate = deferred();
      const reader = readerOf();
      const [late, other] = uuids(2);
      platform.lagging.add(late!);
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
      platform.listFails = new SekoiaError(code, 'no');
      const reader = readerOf();
      const results = await Promise.allSettled(uuids(3).map((id) => reader.read(id)));
      for (const result of results)
        assert.ok(result.status === 'rejected' && result.reason === platform.listFails);
      assert.deepEqual(platform.alone, []);
    });

  it('requests each alert directly on any other failure of the list', async () => {
    platform.listFails = new SekoiaError('SEKOIA_BAD_INPUT', 'no');
    const reader = readerOf();
    const ids = uuids(3);
    await Promise.all(ids.map((id) => reader.read(id)));
    assert.deepEqual(platform.alone.sort(), ids.sort());
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
        platform.tooMuch = error;
        platform.atMost = 30;
        const results = await readAll(readerOf(), uuids(100));
        assert.ok(results.every(({ status }) => status === 'fulfilled'));
        assert.deepEqual(
          platform.together.map(([, ids]) => ids.length),
          [100, 50, 25, 25, 25, 25],
        );
        // Each of them in a turn of its own.
        assert.equal(platform.turns, 6);
        assert.deepEqual(platform.alone, []);
      });

    it('makes later batches smaller from the beginning', async () => {
      platform.atMost = 30;
      const reader = readerOf();
      await readAll(reader, uuids(100));
      platform.together.length = 0;
      await readAll(reader, uuids(60));
      assert.deepEqual(
        platform.together.map(([, ids]) => ids.length),
        [25, 25, 10],
      );
    });

    it('reports an alert that is too large by itself as an error of that alert', async () => {
      platform.tooMuch = TOO_LARGE;
      const ids = uuids(20);
      platform.huge.add(ids[7]!);
      const results = await readAll(readerOf(), ids);
      const failed = results.flatMap((result, i) =>
        result.status === 'rejected' ? [[i, result.reason]] : [],
      );
      assert.deepEqual(failed, [[7, TOO_LARGE]]);
    });

    it('fails all remaining reads when even a list of one alert is too slow', async () => {
      platform.atMost = 0;
      const results = await readAll(readerOf(), uuids(8));
      assert.ok(
        results.every((result) => result.status === 'rejected' && result.reason === platform.tooMuch),
      );
      assert.deepEqual(
        platform.together.map(([, ids]) => ids.length),
        [8, 4, 2, 1],
      );
    });
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
