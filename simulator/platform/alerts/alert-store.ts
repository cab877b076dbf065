import type { Alert, AlertCase, AlertComment, AlertFields, AlertItem, Author, HistoryChange } from './alert';
import { commentOf } from './alert-details';
import { drawIdentity } from './alert-factory';
import { changesBetween, historyEntry, type Change } from './alert-history';
import type { AlertQuery } from './alert-query';
import { AlertReading } from './alert-reading';
import type { AlertRecord } from './alert-record';
import { facetsOf, type Facets } from './facets';
import { merge } from './merge';
import { uuidOf } from './random';
import { replacedWhole, statusesTogether } from './together';

/** Read access to the alerts of the platform, also to those that the REST API does not show yet. */
export interface Alerts extends Iterable<AlertItem> {
  readonly size: number;
  /** By uuid or short id. */
  get(id: string): Alert | undefined;
  /** In order of creation. */
  uuids(): string[];
}

export interface Page {
  total: number;
  readings: AlertReading[];
}

export class AlertStore implements Alerts {
  /** In order of creation, unless `sorted` is false: it is then put in order by the next that looks. */
  private readonly records: AlertRecord[] = [];
  private sorted = true;
  private readonly byId = new Map<string, AlertRecord>();
  /** When an alert that was raised becomes readable, as performance.now() counts. */
  private readonly hidden = new Map<AlertRecord, number>();
  private count = 0;
  private invisible = 0;

  constructor(private readonly seed: number) {}

  get size(): number {
    return this.records.length;
  }

  *[Symbol.iterator](): Iterator<AlertItem> {
    for (const record of this.inOrder()) yield this.reading(record).item;
  }

  uuids(): string[] {
    return this.inOrder().map(({ uuid }) => uuid);
  }

  get(id: string): Alert | undefined {
    const record = this.byId.get(id);
    return record && this.reading(record).alert;
  }

  /** @throws RangeError when there is an alert of that uuid or short id */
  add(fields: AlertFields, createdAtMs: number, visibleAfterMs: number): AlertReading {
    const number = this.count++;
    const drawn = drawIdentity(this.seed, number);
    const record: AlertRecord = {
      number,
      uuid: fields.uuid ?? drawn.uuid,
      shortId: fields.short_id ?? drawn.shortId,
      createdAtMs,
      updatedAtMs: createdAtMs,
      fields,
    };
    for (const id of [record.uuid, record.shortId]) {
      if (this.byId.has(id)) throw new RangeError(`There is an alert ${id} already`);
    }
    this.sorted &&= (this.records.at(-1)?.createdAtMs ?? -Infinity) <= createdAtMs;
    this.records.push(record);
    this.byId.set(record.uuid, record).set(record.shortId, record);
    if (visibleAfterMs > 0) this.hidden.set(record, performance.now() + visibleAfterMs);
    return this.reading(record);
  }

  /** @throws RangeError when there is no such alert */
  change(id: string, patch: AlertFields, by: Author, atMs: number): AlertReading {
    const record = this.need(id);
    const before = this.reading(record).item;
    record.fields = {
      ...merge(record.fields, { ...patch, updated_by: by.uuid, updated_by_type: by.type }),
      ...replacedWhole(patch),
    };
    record.updatedAtMs = atMs;
    record.fields = { ...record.fields, ...statusesTogether(before, this.reading(record).item, patch) };
    const reading = this.reading(record);
    for (const change of changesBetween(before, reading.item)) this.remember(record, by, atMs, change);
    return reading;
  }

  /** @throws RangeError when there is no such alert */
  comment(
    id: string,
    content: string,
    by: Author,
    atMs: number,
    author?: string,
  ): { comment: AlertComment; reading: AlertReading } {
    const record = this.need(id);
    record.commented = (record.commented ?? 0) + 1;
    const uuid = uuidOf('comment', record.uuid, String(record.commented));
    const comment = commentOf(uuid, content, by, atMs, author);
    (record.comments ??= []).push(comment);
    this.rememberComment(record, by, atMs, comment, 'created');
    return { comment, reading: this.reading(record) };
  }

  /** @throws RangeError when there is no such alert */
  editComment(id: string, comment: AlertComment, by: Author, atMs: number): void {
    const record = this.need(id);
    const { comments } = this.reading(record);
    this.setComments(
      record,
      comments.map((one) => (one.uuid === comment.uuid ? comment : one)),
    );
    this.rememberComment(record, by, atMs, comment, 'updated');
  }

  /** @throws RangeError when there is no such alert */
  removeComment(id: string, uuid: string, by: Author, atMs: number): void {
    const record = this.need(id);
    const { comments } = this.reading(record);
    const gone = comments.find((one) => one.uuid === uuid);
    if (!gone) return;
    this.setComments(
      record,
      comments.filter((one) => one !== gone),
    );
    this.rememberComment(record, by, atMs, gone, 'deleted');
  }

  /** Cases leave no trace in the history. @throws RangeError when there is no such alert */
  setCases(id: string, cases: readonly AlertCase[]): void {
    const record = this.need(id);
    record.fields = { ...record.fields, cases };
  }

  /** @throws RangeError when there is no such alert */
  setVisible(id: string, visible: boolean): void {
    const record = this.need(id);
    this.invisible += Number(!visible) - Number(record.invisible ?? false);
    record.invisible = !visible;
  }

  facets(): Facets {
    return facetsOf(this.records, (record) => this.reading(record).item);
  }

  /** @throws RangeError when there is no such alert */
  remove(id: string): void {
    const record = this.need(id);
    this.records.splice(this.records.indexOf(record), 1);
    this.byId.delete(record.uuid);
    this.byId.delete(record.shortId);
    this.hidden.delete(record);
    if (record.invisible) this.invisible--;
  }

  /** What the REST API shows of one alert. */
  readable(id: string): AlertReading | undefined {
    this.reveal();
    const record = this.byId.get(id);
    return record && !this.hidden.has(record) ? this.reading(record) : undefined;
  }

  /** What the REST API shows of all. */
  list(query: AlertQuery): Page {
    this.reveal();
    const candidates = this.candidates(query);
    const plain =
      query.filters.length === 0 &&
      query.sort === undefined &&
      query.visible &&
      this.hidden.size + this.invisible === 0;
    // The plain list of very many alerts is answered without so much as a copy of it.
    const span = plain ? candidates : wholeOf(this.found(candidates, query));
    return {
      total: span.to - span.from,
      readings: pageOf(span, query).map((record) => this.reading(record)),
    };
  }

  private found({ records, from, to }: Span, query: AlertQuery): AlertRecord[] {
    const found = records.slice(from, to).filter((record) => this.passes(record, query));
    return query.sort === undefined ? found : this.sortedBy(found, query.sort);
  }

  private passes(record: AlertRecord, query: AlertQuery): boolean {
    if (this.hidden.has(record) || (record.invisible ?? false) === query.visible) return false;
    const reading = this.reading(record);
    return query.filters.every((filter) => filter(reading));
  }

  /** In order of creation: no more than the alerts asked for by id, or those of the time asked for. */
  private candidates({ ids, createdAt }: AlertQuery): Span {
    const named = ids && new Set(ids.flatMap((id) => this.byId.get(id) ?? []));
    const records = named ? [...named].sort(byCreation) : this.inOrder();
    const from = firstWhere(records, ({ createdAtMs }) => createdAtMs >= createdAt.from);
    const to = firstWhere(records, ({ createdAtMs }) => createdAtMs > createdAt.to);
    return { records, from, to: Math.max(from, to) };
  }

  private sortedBy(records: AlertRecord[], key: (reading: AlertReading) => number | string): AlertRecord[] {
    return records
      .map((record) => ({ record, value: key(this.reading(record)) }))
      .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : byCreation(a.record, b.record)))
      .map(({ record }) => record);
  }

  private setComments(record: AlertRecord, comments: readonly AlertComment[]): void {
    record.fields = { ...record.fields, comments };
    delete record.comments;
  }

  private rememberComment(
    record: AlertRecord,
    by: Author,
    atMs: number,
    { uuid, author, content }: AlertComment,
    status: HistoryChange['comment']['status'],
  ): void {
    record.updatedAtMs = atMs;
    this.remember(record, by, atMs, { comment: { uuid, status, display_name: author, content } });
  }

  private remember(record: AlertRecord, by: Author, atMs: number, change: Change): void {
    const history = (record.history ??= []);
    history.push(historyEntry(uuidOf('history', record.uuid, String(history.length)), by, atMs, change));
  }

  private inOrder(): AlertRecord[] {
    if (!this.sorted) this.records.sort(byCreation);
    this.sorted = true;
    return this.records;
  }

  private reveal(): void {
    const now = performance.now();
    for (const [record, visibleAt] of this.hidden) if (visibleAt <= now) this.hidden.delete(record);
  }

  private need(id: string): AlertRecord {
    const record = this.byId.get(id);
    if (!record) throw new RangeError(`There is no alert ${id}`);
    return record;
  }

  private reading(record: AlertRecord): AlertReading {
    return new AlertReading(this.seed, record);
  }
}

function byCreation(a: AlertRecord, b: AlertRecord): number {
  return a.createdAtMs - b.createdAtMs || a.number - b.number;
}

/** The index of the first record for which `reached` holds, in a list where it holds for all that follow. */
function firstWhere(records: AlertRecord[], reached: (record: AlertRecord) => boolean): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record = records[middle];
    if (record && reached(record)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A part of a list: from an index up to, but not including, another. */
interface Span {
  records: AlertRecord[];
  from: number;
  to: number;
}

function wholeOf(records: AlertRecord[]): Span {
  return { records, from: 0, to: records.length };
}

function pageOf({ records, from, to }: Span, { direction, offset, limit }: AlertQuery): AlertRecord[] {
  if (direction === 'asc') return records.slice(from + offset, Math.min(to, from + offset + limit));
  const end = Math.max(from, to - offset);
  return records.slice(Math.max(from, end - limit), end).reverse();
}
