import type { Alert } from '../sekoia/alert';
import { SekoiaError, asSekoiaError } from '../sekoia/errors';
import { epochSeconds } from '../util/json';
import { type AlertPage, MAX_PAGE_SIZE, type RestClient } from '../sekoia/rest-client';
import { CLOCK_TOLERANCE_SECONDS, type CreationTime, creationTime } from './creation-time';
import type { DeliveryEvents } from './delivery-events';
import { FIRST_LOOK, firstStart } from './first-start';
import type { Intake } from './intake';
import { type Ledger, OVERLAP_SECONDS } from './ledger';
import { readNewestAlerts } from './newest-alerts';
import { TimeEvidence } from './time-evidence';
import {
  type WindowPlace,
  isOutOfStep,
  nextByNumber,
  nextByTime,
  startOfWindow,
  startedAnew,
} from './window-place';

/** How often to reread the alerts of one second if they moved between pages. */
const MAX_RESTARTS = 3;

/**
 * Alerts of one second are paged by offset. More alerts than this in one second mean that the list does not
 * advance.
 */
const MAX_OFFSET = 10_000;

/** If this many alerts agree on the time, they override the `Date`, or replace a missing one. */
const AGREEING = 3;

/** How far to set the cursor back if no earlier position is known: a day. */
const SET_BACK_SECONDS = 24 * 3600;

/** Alerts with an impossible time are reported once. Remembers at most this many of them. */
const MAX_REPORTED = 10_000;

export interface CatchUpOptions {
  client: Pick<RestClient, 'listAlerts'>;
  ledger: Ledger;
  /** How long before the first start alerts count, in seconds. */
  startAgoSeconds: number;
  /** Gets every alert in the window, oldest first, whether it is known or not. */
  intake: Pick<Intake, 'accept' | 'room'>;
  events: DeliveryEvents;
}

/** The times of a page, in epoch seconds. */
interface PageTimes {
  /** The time of the newest alert with a plausible time. */
  newest: number | undefined;
  /** The upper limit of the cursor, however late the alerts are: the time of the answer. */
  upTo: number | undefined;
}

/**
 * Reads the alerts that were created since the ledger's cursor. LiveAPI keeps nothing for a client that is
 * away, so this list, not the socket, guarantees that no alert is missed.
 *
 * The cursor follows the time that alerts prove, and never passes the `Date` of the answer. A wrong clock can
 * hold it back, but cannot push it past unread alerts.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #startedMs = performance.now();
  readonly #evidence = new TimeEvidence();
  readonly #reported = new Set<string>();

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /**
   * Reads all pages of the window once.
   * @throws SekoiaError; pages that were read until then count, and the next call continues from there.
   */
  async read(signal: AbortSignal): Promise<void> {
    const { ledger } = this.#options;
    if (ledger.cursor === undefined) await this.#start(signal);
    const atLeast = this.#evidence.atLeast();
    const first = await this.#firstPage(signal);
    const answeredAt = await this.#readWindow(first.place, first.page, signal);
    // All visible alerts are recorded, so on a quiet platform the window does not grow forever.
    if (atLeast !== undefined)
      ledger.advance(Math.floor(Math.min(atLeast, answeredAt ?? atLeast)) - OVERLAP_SECONDS);
  }

  /** Reads to the end. Returns the time of the last page's answer, in epoch seconds. */
  async #readWindow(
    from: WindowPlace,
    firstPage: AlertPage,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    let place = from;
    let page = firstPage;
    let restarts = 0;
    const firstAnsweredMs = performance.now();
    for (;;) {
      const { newest, upTo } = this.#takeIn(place, page);
      const begunAt = this.#begunAt(firstPage, firstAnsweredMs);
      if (isOutOfStep(place, page) && restarts < MAX_RESTARTS) {
        // The list shrank in the meantime, and alerts moved to a page that was already read.
        restarts += 1;
        place = startedAnew(place);
      } else {
        if (newest !== undefined && upTo !== undefined)
          this.#options.ledger.advance(Math.floor(Math.min(newest, upTo, begunAt)));
        if (!page.hasMore || page.sent === 0) return answeredAt(page);
        const next = newest === undefined ? undefined : nextByTime(place, newest);
        if (next !== undefined) restarts = 0;
        place = next ?? nextByNumber(place, page);
      }
      if (place.offset > MAX_OFFSET)
        throw new SekoiaError('SEKOIA_BAD_RESPONSE', 'Could not list the alerts: the list has no last page');
      await this.#options.intake.room(signal);
      page = await this.#page(place, signal);
    }
  }

  /**
   * When the first page was answered, in epoch seconds, at the latest. The cursor never goes beyond this, although
   * later pages do: an alert may have become visible on a page that was already read. The `Date` of the answer alone
   * does not tell, because it can be missing or wrong.
   */
  #begunAt(firstPage: AlertPage, firstAnsweredMs: number): number {
    const now = this.#evidence.atLeast() ?? Infinity;
    const sinceSeconds = (performance.now() - firstAnsweredMs) / 1000;
    // Times are whole seconds: a read of a moment costs the cursor none.
    return Math.min(answeredAt(firstPage) ?? Infinity, Math.ceil(now - sinceSeconds));
  }

  /** The start of the window if the cursor is plausible. */
  async #firstPage(signal: AbortSignal): Promise<{ place: WindowPlace; page: AlertPage }> {
    await this.#options.intake.room(signal);
    const place = this.#placeOfCursor();
    let page: AlertPage | undefined;
    try {
      page = await this.#page(place, signal);
    } catch (thrown) {
      // The platform may refuse a window that starts in the future.
      if (asSekoiaError(thrown).code !== 'SEKOIA_BAD_INPUT' || !(await this.#setBack(signal))) throw thrown;
    }
    if (page !== undefined && !(this.#isAhead(answeredAt(page)) && (await this.#setBack(signal))))
      return { place, page };
    const earlier = this.#placeOfCursor();
    return { place: earlier, page: await this.#page(earlier, signal) };
  }

  #placeOfCursor(): WindowPlace {
    const { since, cursor } = this.#options.ledger;
    return startOfWindow(Math.max(since ?? 0, (cursor ?? 0) - OVERLAP_SECONDS));
  }

  async #page({ from, offset, expected, single }: WindowPlace, signal: AbortSignal): Promise<AlertPage> {
    const ask = (at: number, limit: number): Promise<AlertPage> =>
      this.#options.client.listAlerts(
        {
          'date[created_at]': `${new Date(from * 1000).toISOString()},now`,
          sort: 'created_at',
          direction: 'asc',
          limit,
          offset: at,
        },
        { signal, priority: 'catch-up' },
      );
    if (!single || expected === undefined) return ask(offset, MAX_PAGE_SIZE);
    // A page of one alert cannot overlap with the previous page. So the next alert is requested first: if the
    // list shrinks between the two requests, the expected alert is missing, and no alert is skipped unnoticed.
    const next = await ask(offset + 1, MAX_PAGE_SIZE);
    const before = await ask(offset, 1);
    return { ...next, items: [...before.items, ...next.items], sent: before.sent + next.sent };
  }

  /** Hands over the alerts of a page. */
  #takeIn({ from }: WindowPlace, page: AlertPage): PageTimes {
    const upTo = answeredAt(page) ?? this.#agreed(page);
    const latest = this.#latest(upTo);
    const now =
      latest === undefined ? undefined : { seconds: latest, exact: page.answeredAtMs !== undefined };
    const times: CreationTime[] = [];
    const implausible: Alert[] = [];
    for (const alert of page.items) {
      const time = creationTime(alert.created_at, from, now);
      times.push(time);
      if (time.implausible) implausible.push(alert);
      if (time.credible && time.said !== null) this.#evidence.saw(time.said);
      this.#options.intake.accept(alert.uuid, time.forLedger, 'catch-up');
    }
    this.#reportImplausible(implausible);
    const said = times.flatMap((time) => time.said ?? []);
    // Paging by time requires a list in the order of its times.
    const inOrder = said.every((time, i) => time >= (said[i - 1] ?? -Infinity));
    const credible = times.flatMap((time) => (time.credible && time.said !== null ? time.said : []));
    return { newest: inOrder ? credible.at(-1) : undefined, upTo };
  }

  /**
   * The platform's time if its answers have none: the time that alerts prove, or that several alerts of a page
   * agree on.
   */
  #agreed({ items }: AlertPage): number | undefined {
    const said = items.flatMap(({ created_at }) => epochSeconds(created_at) ?? []).sort((a, b) => b - a);
    const latest = Math.max(said[AGREEING - 1] ?? -Infinity, this.#evidence.atLeast() ?? -Infinity);
    return Number.isFinite(latest) ? latest : undefined;
  }

  /** The platform's time: the time of the answer, unless alerts prove a later time. */
  #latest(answered: number | undefined): number | undefined {
    if (answered === undefined) return undefined;
    return Math.max(answered, this.#evidence.atLeast() ?? -Infinity);
  }

  /** Whether the cursor or the start time is later than the platform's time. */
  #isAhead(answered: number | undefined): boolean {
    const { since = 0, cursor = 0 } = this.#options.ledger;
    const latest = this.#latest(answered);
    return latest !== undefined && Math.max(since, cursor) > latest + CLOCK_TOLERANCE_SECONDS;
  }

  /**
   * Sets back a cursor that is in the future because of a wrong clock or an alert with an impossible time.
   * Returns false if alerts that are as late prove that the cursor is right.
   */
  async #setBack(signal: AbortSignal): Promise<boolean> {
    const { client, ledger } = this.#options;
    const { alerts, answeredAt: answered } = await readNewestAlerts(client, AGREEING, {
      signal,
      priority: 'catch-up',
    });
    const { since = 0, cursor = 0 } = ledger;
    const agreed = alerts[AGREEING - 1]?.createdAt ?? 0;
    if (answered === undefined || !this.#isAhead(answered)) return false;
    if (agreed >= Math.max(since, cursor) - OVERLAP_SECONDS) return false;
    const floor = since <= answered ? since : 0;
    const to = Math.floor(ledger.cursorBefore(answered) ?? Math.max(floor, answered - SET_BACK_SECONDS));
    ledger.setBack(to);
    this.#warn(
      `The cursor of the ledger, ${iso(Math.max(since, cursor))}, is later than the platform's time, ${iso(answered)}: a clock on the way was wrong. The trigger reads the alert list again from ${iso(to)}. Alerts that were created after ${iso(to - OVERLAP_SECONDS)} may be sent twice`,
    );
    return true;
  }

  #reportImplausible(alerts: readonly Alert[]): void {
    const fresh = alerts.filter(({ uuid }) => !this.#reported.has(uuid));
    const [first] = fresh;
    if (first === undefined) return;
    for (const { uuid } of fresh) if (this.#reported.size < MAX_REPORTED) this.#reported.add(uuid);
    const others = fresh.length === 1 ? '' : ` (and ${fresh.length - 1} more alerts)`;
    this.#warn(
      `The alert ${first.uuid} has an impossible creation time, ${JSON.stringify(first.created_at)}${others}. It is sent, but the cursor ignores its time`,
    );
  }

  #warn(message: string): void {
    this.#options.events.publish({ kind: 'trouble', message, level: 'warn' });
  }

  /** Sets the time from which alerts count. */
  async #start(signal: AbortSignal): Promise<void> {
    const { client, ledger, startAgoSeconds } = this.#options;
    const newest = await readNewestAlerts(client, FIRST_LOOK, { signal, priority: 'catch-up' });
    const elapsedSeconds = (performance.now() - this.#startedMs) / 1000;
    const { since, before } = firstStart(newest, elapsedSeconds, startAgoSeconds);
    ledger.start(since);
    for (const { uuid, createdAt } of before) ledger.passOver(uuid, createdAt);
  }
}

function answeredAt({ answeredAtMs }: AlertPage): number | undefined {
  return answeredAtMs === undefined ? undefined : answeredAtMs / 1000;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
