import DataLoader from 'dataloader';

import type { Alert } from './alert';
import { asSekoiaError, SekoiaError } from './errors';

/** The list serves as many alerts by uuid or short id. */
const MAX_BATCH = 100;

/** Batches under way at the same time; while there are so many, further reads gather for the next. */
const MAX_CONCURRENT = 4;

export interface AlertReaderOptions {
  /** Resolves when a request may be sent. */
  turn: () => Promise<void>;
  /** Reads one alert, in the turn that was given. */
  readOne: (id: string) => Promise<Alert>;
  /** Reads what it finds of several, in the turn that was given. */
  readMany: (field: IdField, ids: readonly string[]) => Promise<Alert[]>;
  /** How long an alert that was read is taken for another read of it. 0: not at all. */
  shareForMs: number;
}

/** What an alert is asked for by. A list can be asked for one of them at a time. */
export type IdField = 'uuid' | 'short_id';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads alerts with as few requests as may be. A read alone leaves at once. Reads that have to wait for
 * their turn are sent together, up to 100 in one request; and a read that follows another of the same alert
 * within moments, as Get Alert follows its trigger, is the same read.
 */
export class AlertReader {
  readonly #options: AlertReaderOptions;
  readonly #loaders: Record<IdField, DataLoader<string, Alert>>;
  readonly #recent = new Map<string, { alert: Promise<Alert>; timer: NodeJS.Timeout }>();
  readonly #gathered: (() => void)[] = [];
  #underWay = 0;

  constructor(options: AlertReaderOptions) {
    this.#options = options;
    this.#loaders = { uuid: this.#loader('uuid'), short_id: this.#loader('short_id') };
  }

  /**
   * An alert that is shared with other readers: not to be changed.
   * @throws SekoiaError of this alert alone
   */
  read(id: string): Promise<Alert> {
    const recent = this.#recent.get(id);
    if (recent !== undefined) return recent.alert;
    const alert = this.#loaders[UUID.test(id) ? 'uuid' : 'short_id'].load(id);
    this.#share(id, alert);
    return alert;
  }

  close(): void {
    for (const { timer } of this.#recent.values()) clearTimeout(timer);
    this.#recent.clear();
  }

  /** While it is being read, and for moments after, by both its names. A failure is nobody else's. */
  #share(id: string, alert: Promise<Alert>): void {
    const { shareForMs } = this.#options;
    const keep = (key: string): void => {
      clearTimeout(this.#recent.get(key)?.timer);
      const timer = setTimeout(() => this.#recent.delete(key), shareForMs);
      this.#recent.set(key, { alert, timer });
    };
    keep(id);
    alert.then(
      (found) => {
        if (shareForMs === 0) this.#drop(id);
        else
          for (const key of new Set([id, found.uuid, found.short_id])) if (typeof key === 'string') keep(key);
      },
      () => this.#drop(id),
    );
  }

  #drop(id: string): void {
    clearTimeout(this.#recent.get(id)?.timer);
    this.#recent.delete(id);
  }

  #loader(field: IdField): DataLoader<string, Alert> {
    return new DataLoader((ids) => this.#load(field, ids), {
      cache: false,
      maxBatchSize: MAX_BATCH,
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
    // A batch that gets no turn is sent all the same: each of its reads then fails for itself.
    this.#options.turn().then(send, send);
  }

  async #load(field: IdField, ids: readonly string[]): Promise<(Alert | Error)[]> {
    try {
      const [only] = ids;
      if (only !== undefined && ids.length === 1) return [await this.#one(only, this.#options.readOne)];
      return await this.#many(field, ids);
    } finally {
      this.#underWay -= 1;
      this.#next();
    }
  }

  async #many(field: IdField, ids: readonly string[]): Promise<(Alert | Error)[]> {
    let found: Map<string, Alert>;
    try {
      const alerts = await this.#options.readMany(field, [...new Set(ids)]);
      found = new Map(alerts.map((alert) => [String(alert[field]), alert]));
    } catch (thrown) {
      const error = asSekoiaError(thrown);
      // The platform is in trouble, or the key: that concerns each of them. Anything else may be one's fault.
      if (error.passing || error.refused) return ids.map(() => error);
      found = new Map();
    }
    // The list may lag behind: what it lacks is asked for alone before it is called missing.
    const readAlone = async (id: string): Promise<Alert> => {
      await this.#options.turn();
      return this.#options.readOne(id);
    };
    return Promise.all(
      ids.map(async (id) => {
        return found.get(id) ?? (await this.#one(id, readAlone));
      }),
    );
  }

  async #one(id: string, readOne: (id: string) => Promise<Alert>): Promise<Alert | Error> {
    try {
      return await readOne(id);
    } catch (error) {
      return error instanceof Error ? error : new SekoiaError('SEKOIA_UNAVAILABLE', String(error));
    }
  }
}
