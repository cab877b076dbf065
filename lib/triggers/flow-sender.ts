import type { AlertMessage } from '../delivery/alert-message';
import type { Delivery, Revision, Sender } from '../delivery/attempt';
import type { DeliveryEvents } from '../delivery/delivery-events';
import type { Named, RunHistory, RunStarting } from '../history';
import { FlowRun, type FlowRunOptions } from './flow-run';
import { settledOf } from './run-settled';

export interface FlowSenderOptions extends FlowRunOptions {
  /** The tracker shows it the steps of the runs. */
  history: RunHistory;
  /** What becomes of the runs is published here. */
  events: DeliveryEvents;
  triggerNode: RunStarting['triggerNode'];
  trigger: Named;
  flow: Named;
}

/** Sends a trigger's messages into its flow, follows their runs, and records what becomes of them. */
export class FlowSender implements Sender {
  readonly #options: FlowSenderOptions;
  readonly #releases: (() => void)[];
  /** Also those that have ended and may still end differently. */
  readonly #runs = new Set<FlowRun>();

  constructor(options: FlowSenderOptions) {
    this.#options = options;
    const { history, events, tracker } = options;
    this.#releases = [
      tracker.acquire(),
      events.on('ended', ({ attempt, outcome, verdict }) =>
        history.settle(attempt.runId, settledOf(outcome, verdict)),
      ),
      events.on('dead', ({ unretried }) => {
        if (unretried !== undefined) history.settle(unretried.runId, { status: 'failed' });
      }),
    ];
  }

  /** @throws what sending throws */
  send(message: AlertMessage, onRevised: (revision: Revision) => void): Delivery {
    const { history, deliveredWhen, trigger, flow, triggerNode } = this.#options;
    history.begin({ ...runStarting(message), trigger, flow, triggerNode, deliveredWhen }, message);
    const run = new FlowRun(this.#options, message, onRevised);
    this.#runs.add(run);
    void run.over.then(() => this.#runs.delete(run));
    return run;
  }

  /** Abandons all runs. Resolves when this is recorded. */
  async close(): Promise<void> {
    for (const run of this.#runs) run.abandon();
    await Promise.all([...this.#runs].map(({ over }) => over));
    for (const release of this.#releases) release();
  }
}

function runStarting({
  payload,
  sekoia,
}: AlertMessage): Omit<RunStarting, 'trigger' | 'flow' | 'triggerNode'> {
  const { run, alert } = sekoia;
  return {
    ...run,
    alert: {
      uuid: alert.uuid,
      shortId: alert.short_id,
      title: payload.title,
      urgency: payload.urgency,
      url: alert.url,
    },
  };
}
