import { randomUUID } from 'node:crypto';

import type { Alert } from '../../../../lib/sekoia/alert';
import { AlertReader, type IdField } from '../../../../lib/sekoia/alert-reader';
import { BatchSize } from '../../../../lib/sekoia/batch-size';
import { SekoiaError } from '../../../../lib/sekoia/errors';
import { endings } from '.';

/** The alert list of a platform, which need not answer as it should. */
class FakeList {
  readonly requests: [field: IdField, ids: readonly string[]][] = [];
  /** Not in the list yet. */
  readonly lagging = new Set<string>();
  failure: SekoiaError | undefined;
  /** A list of more than so many does not come. */
  atMost = 100;
  tooMuch: SekoiaError = new SekoiaError('SEKOIA_TIMEOUT', 'no answer in time');
  /** Too large even alone. */
  readonly huge = new Set<string>();

  constructor(readonly missing: ReadonlySet<string>) {}

  read(field: IdField, ids: readonly string[]): Promise<Alert[]> {
    this.requests.push([field, ids]);
    if (this.failure) return Promise.reject(this.failure);
    if (ids.length > this.atMost || ids.some((id) => this.huge.has(id))) return Promise.reject(this.tooMuch);
    return Promise.resolve(ids.filter((id) => !this.missing.has(id) && !this.lagging.has(id)).map(alertOf));
  }
}

/** A platform that has every alert, and what was asked of it. */
export class FakePlatform {
  /** The alerts that were requested directly. */
  readonly alone: string[] = [];
  readonly missing = new Set<string>();
  readonly list = new FakeList(this.missing);
  turns = 0;
  /** Holds back every turn until it is resolved. */
  gate: { promise: Promise<void>; resolve: () => void } | undefined;
  readonly batchSize = new BatchSize();

  async turn(): Promise<void> {
    this.turns += 1;
    await this.gate?.promise;
  }

  readOne(id: string): Promise<Alert> {
    this.alone.push(id);
    if (this.missing.has(id)) return Promise.reject(new SekoiaError('SEKOIA_NOT_FOUND', `no ${id}`));
    return Promise.resolve(alertOf(id));
  }
}

function alertOf(id: string): Alert {
  return id.startsWith('AL') ? { uuid: `uuid-of-${id}`, short_id: id } : { uuid: id, short_id: `AL-${id}` };
}

export function uuids(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

/** For use inside `describe`: readers of the platform of a test, which are closed afterwards. */
export function readers(platform: () => FakePlatform): (shareForMs?: number) => AlertReader {
  const ending = endings();
  return (shareForMs = 60_000) => {
    const reader = new AlertReader({
      acquire: () => platform().turn(),
      readOne: (id) => platform().readOne(id),
      readMany: (field, ids) => platform().list.read(field, ids),
      batchSize: platform().batchSize,
      shareForMs,
    });
    ending(() => reader.close());
    return reader;
  };
}
