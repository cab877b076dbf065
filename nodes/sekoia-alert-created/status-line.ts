import type { Node, NodeStatus } from 'node-red';

import type { SekoiaError } from '../../lib/sekoia/errors';
import type { LimiterWait } from '../../lib/sekoia/limiter-wait';
import type { ShownState } from '../../lib/triggers/shown-state';
import type { TriggerStatus } from '../../lib/triggers/trigger';
import type { TriggerLife } from '../../lib/triggers/trigger-life';

/** Looks a text up, e.g. `live`, and fills in its values. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Status updates go to every open editor. */
const SHOW_AT_MOST_EVERY_MS = 200;

const RED_DOT = { fill: 'red', shape: 'dot' } as const;
const GREY_RING = { fill: 'grey', shape: 'ring' } as const;

const LOOK: Record<ShownState, Pick<NodeStatus, 'fill' | 'shape'>> = {
  off: GREY_RING,
  misconfigured: RED_DOT,
  standby: GREY_RING,
  ledger: RED_DOT,
  paused: RED_DOT,
  connecting: { fill: 'yellow', shape: 'ring' },
  'catching-up': { fill: 'blue', shape: 'dot' },
  live: { fill: 'green', shape: 'dot' },
  polling: { fill: 'yellow', shape: 'dot' },
  refused: { fill: 'red', shape: 'ring' },
};

/**
 * The status under the node, for example `live · 12:03:41 · 42 delivered, 3 running, 1 waiting, 2 dead
 * letters`.
 */
export class StatusLine {
  readonly #node: Node;
  readonly #status: () => NodeStatus;
  #shown = '';
  #due = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param status returns the current status */
  constructor(node: Node, status: () => NodeStatus) {
    this.#node = node;
    this.#status = status;
  }

  /** Shows a change immediately, and further changes a moment later. */
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

/** @param hasConfig whether the node has a Sekoia configuration, even an unusable one */
export function statusOfLife(life: TriggerLife, hasConfig: boolean, translate: Translate): NodeStatus {
  const { state, status } = life;
  if (state === 'misconfigured' && !hasConfig) return { ...GREY_RING, text: translate('off') };
  const parts = [translate(textKey(state, status))];
  if (status !== undefined) parts.push(...detailsOf(status, life.wait, translate));
  return { ...LOOK[state], text: parts.join(' · ') };
}

function textKey(state: ShownState, status: TriggerStatus | undefined): string {
  if (state === 'off') return 'switched-off';
  return state === 'refused' ? refusal(status?.error) : state;
}

function detailsOf(status: TriggerStatus, wait: LimiterWait | undefined, translate: Translate): string[] {
  const details: string[] = [];
  if (wait !== undefined) details.push(waitText(wait, translate));
  if (status.lastSentAt !== undefined) details.push(status.lastSentAt.toTimeString().slice(0, 8));
  const figures = countsOf(status, translate);
  if (figures !== '') details.push(figures);
  return details;
}

function waitText(wait: LimiterWait, translate: Translate): string {
  return wait.reason === 'rate'
    ? translate('wait-rate')
    : translate(`wait-${wait.reason}`, { seconds: wait.seconds });
}

function refusal(error: SekoiaError | undefined): string {
  if (error?.code === 'SEKOIA_FORBIDDEN') return 'forbidden';
  // No request was sent, because there is no usable key.
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
