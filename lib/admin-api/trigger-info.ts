import type { Named } from '../history/run-record';
import type { AlertCounts } from '../triggers/alert-counters';
import type { ShownState } from '../triggers/shown-state';

/** What the admin API says about a trigger: docs/admin-api.md. */
export interface TriggerInfo extends Named {
  readonly flow: Named;
  readonly on: boolean;
  readonly state: ShownState;
  /** Why it is in that state, as a sentence. */
  readonly error: string | null;
  /** Alerts of the last 24 hours. */
  readonly lastDay: Readonly<AlertCounts>;
  /** Alerts that are queued, running or waiting for a retry. */
  readonly waiting: number;
  readonly dead: number;
}
