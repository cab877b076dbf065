import type { Alert } from '../sekoia/alert';
import { SekoiaError, asSekoiaError } from '../sekoia/errors';
import { epochSeconds } from '../util/json';
import { type AlertPage, MAX_PAGE_SIZE, type RestClient } from '../sekoia/rest-client';
import { CLOCK_TOLERANCE_SECONDS, type CreationTime, creationTime } from './creation-time';
import { FIRST_LOOK, firstStart } from './first-start';
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

/** How often the alerts of one second are read anew because they moved from page to page. */
const MAX_RESTARTS = 3;

/** Alerts of one second are paged by offset. More than this in one second is a list that does not advance. */
const MAX_OFFSET = 10_000;

/** What so many alerts say of the time is believed against a `Date`, or without one. */
const AGREEING = 3;

/** Where the cursor is set back to if no earlier place of it is known: a day. */
const SET_BACK_SECONDS = 24 * 3600;

/** Alerts that say something impossible are reported once; of so many it is remembered that they were. */
const MAX_REPORTED = 10_000;

export interface CatchUpOptions {
  client: Pick<RestClient, 'listAlerts'>;
  ledger: Ledger;
  /** How long before the first start alerts count, in seconds. */
  startAgoSeconds: number;
  /** Called for every alert in the window, oldest first, whether it is known or not. */
  onAlert: (alert: Alert, createdAt: number | null) => void;
  /** Resolves when there is room for another page of alerts. */
  room: (signal: AbortSignal) => Promise<void>;
  /** Something about the platform's times is not as it should be; told once. */
  onTrouble?: (message: string, level: 'warn') => void;
}

/** What a page says of time, in epoch seconds. */
interface PageTimes {
  /** The time of the newest alert that can be gone by. */
  newest: number | undefined;
  /** The cursor goes no further, however late alerts say they are: the time of the answer. */
  upTo: number | undefined;
}

/**
 * Reads the alerts that were created since the ledger's cursor. LiveAPI keeps nothing for a client that is
 * away, so this list, not the socket, is what makes sure that no alert is missed.
 *
 * The cursor goes by what alerts prove of the platform's time, and never past the `Date` of the answer either.
 * A foreign clock, ahead or behind, can hold it back, but not push it past alerts that have not been read.
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
   * Reads the window once, all pages.
   * @throws SekoiaError; what was read until then counts, and the next call goes on from there.
   */
  async read(signal: AbortSignal): Promise<void> {
    const { ledger } = this.#options;
    if (ledger.cursor === undefined) await this.#start(signal);
    const atLeast = this.#evidence.atLeast();
    const first = await this.#firstPage(signal);
    const answeredAt = await this.#readWindow(first.place, first.page, signal);
    // All that was visible is taken in: on a quiet platform the window need not grow for ever.
    if (atLeast !== undefined)
      ledger.advance(Math.floor(Math.min(atLeast, answeredAt ?? atLeast)) - OVERLAP_SECONDS);
  }

  /** Reads on until the end. Returns when the last page was answered, in epoch seconds. */
  async #readWindow(
    from: WindowPlace,
    firstPage: AlertPage,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    let place = from;
    let page = firstPage;
    let restarts = 0;
    // Not beyond this, though later pages go further: an alert may have become visible on a page that had been read.
    const begunAt = answeredAt(firstPage) ?? Infinity;
    for (;;) {
      const { newest, upTo } = this.#takeIn(place, page);
      if (isOutOfStep(place, page) && restarts < MAX_RESTARTS) {
        // The list shrank meanwhile, and alerts moved to a page that was read before.
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
        throw new SekoiaError(
          'SEKOIA_BAD_RESPONSE',
          'Could not list the alerts: the pages do not come to an end',
        );
      await this.#options.room(signal);
      page = await this.#page(place, signal);
    }
  }

  /** The beginning of the window, where the cursor is believable. */
  async #firstPage(signal: AbortSignal): Promise<{ place: WindowPlace; page: AlertPage }> {
    await this.#options.room(signal);
    const place = this.#placeOfCursor();
    let page: AlertPage | undefined;
    try {
      page = await this.#page(place, signal);
    } catch (thrown) {
      // A window that begins in the future may be refused.
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
    // A page that holds one alert cannot overlap with the one before. What comes next is asked for first: when the
    // list shrinks between the two, the alert that is expected is not found, rather than one passed over.
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
    const odd: Alert[] = [];
    for (const alert of page.items) {
      const time = creationTime(alert.created_at, from, now);
      times.push(time);
      if (time.odd) odd.push(alert);
      if (time.credible && time.said !== null) this.#evidence.saw(time.said);
      this.#options.onAlert(alert, time.forLedger);
    }
    this.#reportOdd(odd);
    const said = times.flatMap((time) => time.said ?? []);
    // A list that is not in the order of the times that it shows cannot be paged by them.
    const inOrder = said.every((time, i) => time >= (said[i - 1] ?? -Infinity));
    const credible = times.flatMap((time) => (time.credible && time.said !== null ? time.said : []));
    return { newest: inOrder ? credible.at(-1) : undefined, upTo };
  }

  /** The platform's time where its answers have none: what alerts prove by now, or several of a page agree on. */
  #agreed({ items }: AlertPage): number | undefined {
    const said = items.flatMap(({ created_at }) => epochSeconds(created_at) ?? []).sort((a, b) => b - a);
    const latest = Math.max(said[AGREEING - 1] ?? -Infinity, this.#evidence.atLeast() ?? -Infinity);
    return Number.isFinite(latest) ? latest : undefined;
  }

  /** What is known of the platform's time: that of the answer, unless alerts prove that it is later. */
  #latest(answered: number | undefined): number | undefined {
    if (answered === undefined) return undefined;
    return Math.max(answered, this.#evidence.atLeast() ?? -Infinity);
  }

  /** Whether the cursor, or the beginning of all, is later than the platform's time seems to be. */
  #isAhead(answered: number | undefined): boolean {
    const { since = 0, cursor = 0 } = this.#options.ledger;
    const latest = this.#latest(answered);
    return latest !== undefined && Math.max(since, cursor) > latest + CLOCK_TOLERANCE_SECONDS;
  }

  /**
   * Sets a cursor back that is in the future: a foreign clock put it there, or an impossible alert. False if it
   * is not, which alerts prove that are as late as it is.
   */
  async #setBack(signal: AbortSignal): Promise<boolean> {
    const { client, ledger, onTrouble } = this.#options;
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
    onTrouble?.(
      `The ledger said that alerts had been read up to ${iso(Math.max(since, cursor))}, which is later than the platform's time, ${iso(answered)}: a clock on the way was wrong. They are read again from ${iso(to)} on. Alerts that were created after ${iso(to - OVERLAP_SECONDS)} may be sent twice`,
      'warn',
    );
    return true;
  }

  #reportOdd(alerts: readonly Alert[]): void {
    const fresh = alerts.filter(({ uuid }) => !this.#reported.has(uuid));
    const [first] = fresh;
    if (first === undefined) return;
    for (const { uuid } of fresh) if (this.#reported.size < MAX_REPORTED) this.#reported.add(uuid);
    const others = fresh.length === 1 ? '' : `, and ${fresh.length - 1} more like it`;
    this.#options.onTrouble?.(
      `The alert ${first.uuid} says that it was created at ${JSON.stringify(first.created_at)}, which cannot be${others}: it is sent, but what has been read is not judged by it`,
      'warn',
    );
  }

  /** Fixes the moment from which alerts count. */
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
