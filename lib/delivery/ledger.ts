import type { Alert } from '../sekoia/alert';

/** How a trigger came to know of an alert. */
export type AlertSource = 'live' | 'catch-up';

/** An alert on its way through a trigger. */
export interface Delivery {
  readonly uuid: string;
  readonly source: AlertSource;
  /** Epoch seconds. */
  readonly createdAt: number | null;
  /** The alert, if the source already held it. */
  readonly alert?: Alert;
}

/** Where a trigger stands in the platform's alerts. All times are the platform's, in epoch seconds. */
export interface Ledger {
  /** Alerts created before this are not the trigger's business. Undefined until the first start is done. */
  readonly since: number | undefined;
  /** All alerts created up to here have been taken in by a catch-up read. */
  readonly cursor: number | undefined;

  /** Fixes the moment from which alerts count; the cursor starts there. */
  start(since: number): void;
  /** Takes in an alert. False if it was taken in before: each is delivered once. */
  take(uuid: string, createdAt: number | null): boolean;
  /** Moves the cursor forward, never back. */
  advance(createdAt: number): void;
}
