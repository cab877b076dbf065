import type { Alert } from '../sekoia/alert';
import { SekoiaError } from '../sekoia/errors';
import { epochSeconds } from '../sekoia/json';
import { MAX_PAGE_SIZE, type RestClient } from '../sekoia/rest-client';
import { type Ledger, OVERLAP_SECONDS } from './ledger';

/** How often the alerts of one second are read anew because they moved from page to page. */
const MAX_RESTARTS = 3;

/** Alerts of one second are paged by offset. More than this in one second is a list that does not advance. */
const MAX_OFFSET = 10_000;

export interface CatchUpOptions {
  client: Pick<RestClient, 'clock' | 'listAlerts'>;
  ledger: Ledger;
  /** How long before the first start alerts count, in seconds. */
  startAgoSeconds: number;
  /** Called for every alert in the window, oldest first, whether it is known or not. */
  onAlert: (alert: Alert, createdAt: number | null) => void;
  /** Resolves when there is room for another page of alerts. */
  room: (signal: AbortSignal) => Promise<void>;
}

/**
 * Reads the alerts that were created since the ledger's cursor. LiveAPI keeps nothing for a client that is
 * away, so this list, not the socket, is what makes sure that no alert is missed.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #startedMs = performance.now();

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /**
   * Reads the window once, all pages.
   * @throws SekoiaError; what was read until then counts, and the next call goes on from there.
   */
  async read(signal: AbortSignal): Promise<void> {
    const { client, ledger, onAlert, room } = this.#options;
    if (ledger.cursor === undefined) ledger.start(await this.#firstStart(signal));
    let from = Math.max(ledger.since ?? 0, (ledger.cursor ?? 0) - OVERLAP_SECONDS);
    let offset = 0;
    /** The alert at `offset`, when it must be the last of the page before. */
    let expected: string | undefined;
    let restarts = 0;
    const startedAt = client.clock.nowMs();
    for (;;) {
      await room(signal);
      const page = await client.listAlerts(
        {
          'date[created_at]': `${new Date(from * 1000).toISOString()},now`,
          sort: 'created_at',
          direction: 'asc',
          limit: MAX_PAGE_SIZE,
          offset,
        },
        { signal, priority: 'catch-up' },
      );
      let newest: number | null = null;
      for (const alert of page.items) {
        const createdAt = epochSeconds(alert.created_at);
        onAlert(alert, createdAt);
        if (createdAt !== null && (newest === null || createdAt > newest)) newest = createdAt;
      }
      if (
        expected !== undefined &&
        restarts < MAX_RESTARTS &&
        page.items.every(({ uuid }) => uuid !== expected)
      ) {
        // The list shrank meanwhile, and alerts moved to a page that was read before.
        offset = 0;
        expected = undefined;
        restarts += 1;
        continue;
      }
      if (newest !== null) ledger.advance(newest);
      if (!page.hasMore || page.sent === 0) break;
      // The next page starts at a time rather than at a number: the list may grow or shrink meanwhile. One
      // second back, since created_at is cut to whole seconds and the bound may be exclusive.
      if (newest !== null && newest - 1 > from) {
        from = newest - 1;
        offset = 0;
        expected = undefined;
        restarts = 0;
      } else {
        // Overlapping by one alert, which shows that none was passed over.
        expected = page.sent > 1 && page.items.length === page.sent ? page.items.at(-1)?.uuid : undefined;
        offset += expected === undefined ? page.sent : page.sent - 1;
      }
      if (offset > MAX_OFFSET)
        throw new SekoiaError(
          'SEKOIA_BAD_RESPONSE',
          'Could not list the alerts: the pages do not come to an end',
        );
    }
    // All that was visible is taken in: on a quiet platform the window need not grow for ever.
    if (startedAt !== undefined) ledger.advance(Math.floor(startedAt / 1000) - OVERLAP_SECONDS);
  }

  /**
   * The moment of the first start on the platform's clock. When the platform could not be reached at first,
   * the time since then is taken off, so that no alert of that time is missed.
   */
  async #firstStart(signal: AbortSignal): Promise<number> {
    const { client, startAgoSeconds } = this.#options;
    const page = await client.listAlerts(
      { sort: 'created_at', direction: 'desc', limit: 1 },
      { signal, priority: 'catch-up' },
    );
    const newest = page.items
      .map((alert) => epochSeconds(alert.created_at))
      .find((createdAt) => createdAt !== null);
    const nowMs = client.clock.nowMs();
    // Some proxies take the Date header away; then the newest alert tells the time.
    const now = nowMs === undefined ? (newest ?? 0) : nowMs / 1000;
    const elapsedSeconds = (performance.now() - this.#startedMs) / 1000;
    return Math.max(0, Math.floor(now - elapsedSeconds - startAgoSeconds));
  }
}
