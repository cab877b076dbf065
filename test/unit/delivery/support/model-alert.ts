import { ANY_ALERT, type AlertCriteria } from '../../../../lib/delivery/alert-filter';
import type { Alert } from '../../../../lib/sekoia/alert';

/** What analysts change while an alert waits. */
export interface AlertState {
  status: 'Pending' | 'Acknowledged' | 'Watched' | 'Ignored';
  urgency: number;
}

export const STATUSES: readonly AlertState['status'][] = ['Pending', 'Acknowledged', 'Watched', 'Ignored'];
export const URGENCIES = [20, 40, 90];

/** The filters of the model's trigger; `Watched` is the label of a custom status. */
export const CRITERIA: AlertCriteria = {
  ...ANY_ALERT,
  rules: ['wanted'],
  statuses: ['Pending', 'Watched'],
  urgencyMin: 40,
};

const CUSTOM = new Set<string>(['Watched', 'Ignored']);

export interface Change {
  at: number;
  before: AlertState;
  after: AlertState;
}

/** One time that an alert was sent: what its run came to, the last that is known. */
export interface Sending {
  succeeded: boolean;
  /** It succeeded after its outcome was told: after a time-out, or a failure. */
  late: boolean;
  /** It had succeeded, and has failed late. */
  failedLate: boolean;
  /** That it failed late was not written down, or not for good: nobody who comes later can know. */
  unwritten: boolean;
  /** What it came to is on the disk of the process that sent it. */
  settled: boolean;
  /** It was not settled when another process took the ledger over. */
  takenOver: boolean;
}

/** What is true of an alert, whatever the ledger says. */
export interface ModelAlert {
  readonly uuid: string;
  readonly createdAt: number;
  /** The rule that raised it is one that the filters let through. */
  readonly wanted: boolean;
  readonly raised: AlertState;
  readonly changes: Change[];
  /** It was there before the trigger. */
  readonly before: boolean;
  /** The list does not show it yet; and whether that was ever so. */
  hidden: boolean;
  readonly late: boolean;
  /** It was about to be sent: at most once, it counts as delivered from then on. */
  begun: boolean;
  /** The filters have kept it out, as far as the ledger remembers. */
  refused: boolean;
  readonly sendings: Sending[];
  /** Times that the cursor was set back behind it after the ledger had forgotten it. */
  forgotten: number;
}

function passes({ status, urgency }: AlertState): boolean {
  return (status === 'Pending' || status === 'Watched') && urgency >= 40;
}

export function stateOf({ raised, changes }: ModelAlert): AlertState {
  return changes.at(-1)?.after ?? raised;
}

/** Passes in the state in which it was raised: it must be delivered. */
export function mustPass({ wanted, raised }: ModelAlert): boolean {
  return wanted && passes(raised);
}

/** Passes in some state that it was in: it may be delivered, one too many rather than one lost. */
export function mayPass(alert: ModelAlert): boolean {
  return alert.wanted && [alert.raised, ...alert.changes.map(({ after }) => after)].some(passes);
}

export function successes({ sendings }: ModelAlert): number {
  return sendings.filter(({ succeeded, unwritten }) => succeeded || unwritten).length;
}

/** An alert as the platform gives it. Lists need not tell more of a custom status than its uuid. */
export function asJson(alert: ModelAlert, { history = false, listed = false } = {}): Alert {
  const { status, urgency } = stateOf(alert);
  const custom = CUSTOM.has(status);
  return {
    uuid: alert.uuid,
    short_id: `AL${alert.uuid}`,
    title: 'Suspicious sign-in',
    status: custom ? { uuid: 'ongoing-uuid', name: 'Ongoing' } : { uuid: `${status}-uuid`, name: status },
    custom_status_uuid: custom ? `${status}-uuid` : null,
    ...(!listed && { custom_status: custom ? { label: status, stage: 'in_progress' } : null }),
    urgency: { current_value: urgency, value: urgency, severity: 50, criticity: 0 },
    created_at: alert.createdAt,
    updated_at: alert.changes.at(-1)?.at ?? alert.createdAt,
    rule: { uuid: 'rule-uuid', name: alert.wanted ? 'wanted' : 'other', severity: 50 },
    ...(history && { history: alert.changes.map(asHistory).reverse() }),
  };
}

function asHistory({ at, before, after }: Change): Record<string, unknown> {
  return {
    created_at: at,
    ...(before.status !== after.status && {
      alert: { status: after.status, previous_status: before.status },
    }),
    ...(before.urgency !== after.urgency && {
      urgency: { value: after.urgency, previous_value: before.urgency },
    }),
  };
}
