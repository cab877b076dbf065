import type { Node, NodeStatus } from 'node-red';

import type { SekoiaError } from '../../lib/sekoia/errors';
import type { LimiterWait } from '../../lib/sekoia/rate-limiter';
import type { TriggerStatus } from '../../lib/delivery/trigger';
import type { TriggerState } from '../../lib/delivery/trigger-state';
import type { TriggerLife } from '../../lib/triggers/trigger-life';

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
const GREY_RING = { fill: 'grey', shape: 'ring' } as const;

/** What stands under the node, e.g. `live · 12:03:41 · 42 delivered, 3 running, 1 waiting, 2 dead letters`. */
export class StatusLine {
  readonly #node: Node;
  readonly #status: () => NodeStatus;
  #shown = '';
  #due = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param status what is to be shown at present */
  constructor(node: Node, status: () => NodeStatus) {
    this.#node = node;
    this.#status = status;
  }

  /** Something has changed. Shows it at once, and what changes right after that a moment later. */
  changed(): void {
    this.#due = true;
    if (this.#timer === undefined) this.#showDue();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = false;
    this.#node.status({});
  }

  #showDue(): void {
    this.#timer = undefined;
    if (!this.#due) return;
    this.#due = false;
    const shown = this.#status();
    const text = JSON.stringify(shown);
    if (text !== this.#shown) this.#node.status(shown);
    this.#shown = text;
    this.#timer = setTimeout(() => this.#showDue(), SHOW_AT_MOST_EVERY_MS);
  }
}

/** @param hasConfig whether there is a Sekoia configuration, be it one that cannot be used */
export function statusOfLife(life: TriggerLife, hasConfig: boolean, translate: Translate): NodeStatus {
  const { state, status, wait } = life;
  switch (state) {
    case 'off':
      return { ...GREY_RING, text: translate('switched-off') };
    case 'misconfigured':
      return hasConfig
        ? { ...RED_DOT, text: translate('misconfigured') }
        : { ...GREY_RING, text: translate('off') };
    case 'standby':
      return { ...GREY_RING, text: translate('standby') };
    case 'ledger':
      return status === undefined
        ? { ...RED_DOT, text: translate('ledger') }
        : statusFor(status, wait, translate);
    default:
      return status === undefined ? {} : statusFor(status, wait, translate);
  }
}

function statusFor(status: TriggerStatus, wait: LimiterWait | undefined, translate: Translate): NodeStatus {
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
    .map(([key, count]) => translate(key, { n: count, count }))
    .join(', ');
}
