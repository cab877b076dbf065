import { type HistoryOptions, type RunChange, RunHistory, type RunStarting } from '../../../../lib/history';
import type { Clock } from '../../../../lib/util/clock';

/** A clock that the test sets. */
export class TestClock implements Clock {
  ms = Date.UTC(2026, 10, 24);

  wallMs(): number {
    return this.ms;
  }

  /** Stands still while something is encoded: the budget of time is never used up. */
  monotonicMs(): number {
    return this.ms;
  }
}

/** A history, with what it has told. */
export class TestHistory {
  readonly changes: RunChange[] = [];
  readonly troubles: (string | undefined)[] = [];
  history!: RunHistory;

  constructor(
    readonly clock = new TestClock(),
    readonly options: Partial<HistoryOptions> = {},
  ) {}

  async open(): Promise<RunHistory> {
    this.history = await RunHistory.open(
      {
        folder: undefined,
        keepRuns: 500,
        keepDays: 7,
        onTrouble: (error) => this.troubles.push(error?.message),
        onChange: (change) => this.changes.push(change),
        ...this.options,
      },
      this.clock,
    );
    return this.history;
  }

  /** Begins a run, each a second after the one before. */
  begin(id: string, starting: Partial<RunStarting> = {}, message: object = { payload: id }): void {
    this.clock.ms += 1_000;
    this.history.begin({ ...startingOf(id), ...starting }, message);
  }

  /** `id: status` of all runs, newest first. */
  get statuses(): string[] {
    return this.history.list({ limit: 200 }).runs.map(({ id, status }) => `${id}: ${status}`);
  }
}

export function startingOf(id: string, alertUuid = `alert of ${id}`): RunStarting {
  return {
    id,
    trigger: { id: 'trigger', name: 'Alert Created' },
    flow: { id: 'flow', name: 'Alerts' },
    alert: alertOf(alertUuid),
    attempt: 1,
    source: 'live',
    triggerNode: { id: 'trigger', type: 'sekoia-alert-created', name: '' },
  };
}

export function alertOf(uuid: string): RunStarting['alert'] {
  return { uuid, shortId: `AL${uuid}`, title: `Title of ${uuid}`, urgency: 70, url: 'https://example.org/a' };
}
