import type { AlertComment, AlertFields, HistoryEntry } from './alert';

/**
 * All that is kept of an alert. The rest is drawn again, the same each time, whenever the alert is read:
 * a hundred thousand alerts are a hundred thousand of these and no more.
 */
export interface AlertRecord {
  /** The how manieth alert of the platform. */
  readonly number: number;
  readonly uuid: string;
  readonly shortId: string;
  /** Epoch milliseconds, of which the API shows whole seconds. */
  readonly createdAtMs: number;
  updatedAtMs: number;
  /** What the caller set, with what was changed since. Never changed in place: alerts raised together share it. */
  fields: AlertFields;
  /** The list shows it only to who asks for the invisible ones. What makes an alert so is not published. */
  invisible?: boolean;
  /** Added since the alert was raised. */
  comments?: AlertComment[];
  /** How many comments were added, also those that are gone. */
  commented?: number;
  history?: HistoryEntry[];
}
