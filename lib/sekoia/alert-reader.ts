import DataLoader from 'dataloader';

import type { Alert } from './alert';
import type { BatchSize } from './batch-size';
import { SekoiaError, asSekoiaError, isNotFound } from './errors';
import { RecentReads } from './recent-reads';

/** Maximum number of concurrent batches. Further reads collect for the next batch. */
const MAX_CONCURRENT = 4;

/**
 * How thoroughly to look for an alert.
 *
 *   thorough  reads an alert alone before it reports it as missing from the list.
 *   once      alone or in a list. For an alert that was just announced and is read again later.
 *   listed    always in a list. For these later reads. A list without the alert is not an error answer, but a 404
 *           is, and the platform's firewall counts these.
 */
export type Look = 'thorough' | 'once' | 'listed';

export interface AlertReaderOptions {
  /** Resolves when a request may be sent. */
  acquire: () => Promise<void>;
  /** Reads one alert with the granted token. */
  readOne: (id: string, look: Look) => Promise<Alert>;
  /** Reads several alerts with the granted token; some may be missing. */
  readMany: (field: IdField, ids: readonly string[]) => Promise<Alert[]>;
  /** How many are read in one request. */
  batchSize: BatchSize;
  /** Reuse a read of the same alert for this long. 0 turns this off. */
  shareForMs: number;
}

/** What was found of several alerts, and why others were not. */
interface Findings {
  found: Map<string, Alert>;
  failed: Map<string, SekoiaError>;
  /** The list request itself may be wrong, so it says nothing about these alerts. */
  unanswered: Set<string>;
}

/** What an alert is asked for by. A list can be asked for one of them at a time. */
export type IdField = 'uuid' | 'short_id';

interface Wanted {
  id: string;
  look: Look;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads alerts with as few requests as possible. A single read leaves immediately. Reads that wait for a token
 * share one request: up to 100, or fewer on a slow line. A read shortly after another read of the same alert
 * reuses the result, for example in Get Alert after its trigger.
 */
export class AlertReader {
  readonly #options: AlertReaderOptions;
  #loaders: Record<IdField, DataLoader<Wanted, Alert>>;
  #loadersBatchSize: number;
  readonly #recent: RecentReads;
  readonly #pending = new Map<string, { alert: Promise<Alert>; look: Look }>();
  readonly #gathered: (() => void)[] = [];
  #underWay = 0;

  constructor(options: AlertReaderOptions) {
    this.#options = options;
    this.#recent = new RecentReads(options.shareForMs);
    this.#loadersBatchSize = options.batchSize.current;
    this.#loaders = this.#newLoaders();
  }

  /** An alert that was read moments ago. Shared, too. */
  recent(id: string): Alert | undefined {
    return this.#recent.get(id);
  }

  /**
   * An alert that other readers share: do not change it.
   * @throws SekoiaError of this alert only
   */
  read(id: string, look: Look = 'thorough'): Promise<Alert> {
    const recent = this.#recent.get(id);
    if (recent !== undefined) return Promise.resolve(recent);
    const pending = this.#options.shareForMs === 0 ? undefined : this.#pending.get(id);
    if (pending === undefined) return this.#load(id, look);
    if (look !== 'thorough' || pending.look === 'thorough') return pending.alert;
    return pending.alert.catch((error: unknown) => {
      if (isNotFound(error)) return this.read(id);
      throw error;
    });
  }

  close(): void {
    this.#recent.clear();
  }

  #load(id: string, look: Look): Promise<Alert> {
    const { current } = this.#options.batchSize;
    // The size of a loader is fixed. Reads in old loaders leave as usual.
    if (current !== this.#loadersBatchSize) {
      this.#loadersBatchSize = current;
      this.#loaders = this.#newLoaders();
    }
    const alert = this.#loaders[UUID.test(id) ? 'uuid' : 'short_id'].load({ id, look });
    const pending = { alert, look };
    this.#pending.set(id, pending);
    const over = (): void => {
      if (this.#pending.get(id) === pending) this.#pending.delete(id);
    };
    alert.then((found) => {
      over();
      this.#recent.add(found);
    }, over);
    return alert;
  }

  #newLoaders(): Record<IdField, DataLoader<Wanted, Alert>> {
    return { uuid: this.#loader('uuid'), short_id: this.#loader('short_id') };
  }

  #loader(field: IdField): DataLoader<Wanted, Alert> {
    return new DataLoader((wanted) => this.#loadBatch(field, wanted), {
      cache: false,
      maxBatchSize: this.#loadersBatchSize,
      batchScheduleFn: (send) => this.#schedule(send),
    });
  }

  #schedule(send: () => void): void {
    this.#gathered.push(send);
    this.#next();
  }

  #next(): void {
    if (this.#underWay >= MAX_CONCURRENT) return;
    const send = this.#gathered.shift();
    if (send === undefined) return;
    this.#underWay += 1;
    // A batch without a token is still sent, so that each of its reads fails on its own.
    this.#options.acquire().then(send, send);
  }

  async #loadBatch(field: IdField, wanted: readonly Wanted[]): Promise<(Alert | Error)[]> {
    try {
      const [only] = wanted;
      if (only !== undefined && wanted.length === 1 && only.look !== 'listed')
        return [await settled(this.#options.readOne(only.id, only.look))];
      return await this.#many(field, wanted);
    } finally {
      this.#underWay -= 1;
      this.#next();
    }
  }

  async #many(field: IdField, wanted: readonly Wanted[]): Promise<(Alert | Error)[]> {
    const { found, failed, unanswered } = await this.#find(field, [...new Set(wanted.map(({ id }) => id))]);
    return Promise.all(
      wanted.map(async ({ id, look }) => {
        const known = found.get(id) ?? failed.get(id);
        if (known !== undefined) return known;
        // The list may lag behind. Read an alert alone before reporting it as missing.
        return look === 'thorough' || unanswered.has(id) ? settled(this.#readAlone(id, look)) : notListed(id);
      }),
    );
  }

  /** Reads by list, in as many requests as necessary. The first uses the token that is already acquired. */
  async #find(field: IdField, ids: readonly string[]): Promise<Findings> {
    const { batchSize, acquire, readMany } = this.#options;
    const findings: Findings = { found: new Map(), failed: new Map(), unanswered: new Set() };
    let left = [...ids];
    for (let isFirst = true; left.length > 0; isFirst = false) {
      const part = left.slice(0, batchSize.current);
      try {
        if (!isFirst) await acquire();
        for (const alert of await readMany(field, part)) findings.found.set(String(alert[field]), alert);
        batchSize.succeeded(part.length);
      } catch (thrown) {
        const error = asSekoiaError(thrown);
        if (error.tooMuch) {
          batchSize.tooMany(part.length);
          if (part.length > 1) continue;
        }
        // A platform or key problem concerns all reads. Any other error may be caused by a single alert.
        if (error.retryable || error.refused) {
          for (const id of left) findings.failed.set(id, error);
          return findings;
        }
        if (error.tooLarge) for (const id of part) findings.failed.set(id, error);
        else for (const id of part) findings.unanswered.add(id);
      }
      left = left.slice(part.length);
    }
    return findings;
  }

  async #readAlone(id: string, look: Look): Promise<Alert> {
    await this.#options.acquire();
    return this.#options.readOne(id, look);
  }
}

function notListed(id: string): SekoiaError {
  return new SekoiaError(
    'SEKOIA_NOT_FOUND',
    `Could not read the alert ${id}: the alert list does not contain it yet`,
  );
}

/** As DataLoader wants it: a failure is a value. */
function settled(read: Promise<Alert>): Promise<Alert | Error> {
  return read.catch((error: unknown) => (error instanceof Error ? error : asSekoiaError(error)));
}
