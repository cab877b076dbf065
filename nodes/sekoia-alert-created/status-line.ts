import type { Node, NodeStatus } from 'node-red';

import type { SekoiaError } from '../../lib/sekoia/errors';
import type { LimiterWait } from '../../lib/sekoia/rate-limiter';
import type { TriggerState, TriggerStatus } from '../../lib/delivery/trigger';

/** Looks a text up, e.g. `live`, and fills in its values. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Status updates go to every open editor. */
const SHOW_AT_MOST_EVERY_MS = 200;

const LOOK: Record<TriggerState, Pick<NodeStatus, 'fill' | 'shape'>> = {
  connecting: { fill: 'yellow', shape: 'ring' },
  'catching-up': { fill: 'blue', shape: 'dot' },
  live: { fill: 'green', shape: 'dot' },
  polling: { fill: 'yellow', shape: 'dot' },
  refused: { fill: 'red', shape: 'ring' },
};

const RED_DOT = { fill: 'red', shape: 'dot' } as const;

/** What stands under the node, e.g. `live · 12:03:41 · 42 delivered, 3 running, 1 waiting, 2 dead`. */
export class StatusLine {
  readonly #node: Node;
  readonly #translate: Translate;
  readonly #wait: () => LimiterWait | undefined;
  #shown = '';
  #due: TriggerStatus | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param wait what requests to the platform wait for */
  constructor(node: Node, translate: Translate, wait: () => LimiterWait | undefined) {
    this.#node = node;
    this.#translate = translate;
    this.#wait = wait;
  }

  /** Shows at once what is new, and what changes right after that a moment later. */
  show(status: TriggerStatus): void {
    this.#due = status;
    if (this.#timer === undefined) this.#showDue();
  }

  /** The trigger does not run: no configuration, one that cannot be used, no ledger. */
  off(why: 'off' | 'misconfigured' | 'ledger'): void {
    const look = why === 'off' ? ({ fill: 'grey', shape: 'ring' } as const) : RED_DOT;
    this.#node.status({ ...look, text: this.#translate(why) });
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = undefined;
    this.#node.status({});
  }

  #showDue(): void {
    const status = this.#due;
    this.#due = undefined;
    this.#timer = undefined;
    if (status === undefined) return;
    const shown = statusFor(status, this.#wait(), this.#translate);
    const text = JSON.stringify(shown);
    if (text !== this.#shown) this.#node.status(shown);
    this.#shown = text;
    this.#timer = setTimeout(() => this.#showDue(), SHOW_AT_MOST_EVERY_MS);
  }
}

export function statusFor(
  status: TriggerStatus,
  wait: LimiterWait | undefined,
  translate: Translate,
): NodeStatus {
  const { lastEmittedAt } = status;
  const parts = [translate(headline(status))];
  if (wait !== undefined) parts.push(waitText(wait, translate));
  if (lastEmittedAt !== undefined) parts.push(lastEmittedAt.toTimeString().slice(0, 8));
  const figures = countsOf(status, translate);
  if (figures !== '') parts.push(figures);
  const stuck = status.ledgerError !== undefined || status.dispatcher !== 'flowing';
  return { ...(stuck ? RED_DOT : LOOK[status.state]), text: parts.join(' · ') };
}

/** The one thing that matters most. */
function headline({ state, error, ledgerError, dispatcher }: TriggerStatus): string {
  if (ledgerError !== undefined) return 'ledger';
  if (state === 'refused') return refusal(error);
  return dispatcher === 'flowing' ? state : 'paused';
}

function waitText(wait: LimiterWait, translate: Translate): string {
  return wait.reason === 'rate'
    ? translate('wait-rate')
    : translate(`wait-${wait.reason}`, { seconds: wait.seconds });
}

function refusal(error: SekoiaError | undefined): string {
  if (error?.code === 'SEKOIA_FORBIDDEN') return 'forbidden';
  // Nobody was asked: there is no key that could be sent.
  return error?.status === undefined ? 'no-key' : 'refused';
}

function countsOf({ delivered, counts }: TriggerStatus, translate: Translate): string {
  const figures: [string, number][] = [
    ['delivered', delivered],
    ['running', counts.running],
    ['waiting', counts.queued + counts.waiting],
    ['dead', counts.dead],
  ];
  return figures
    .filter(([, count]) => count > 0)
    .map(([key, count]) => translate(key, { n: count }))
    .join(', ');
}
