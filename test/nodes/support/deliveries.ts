import type { FlowNode } from '../../../scripts/node-red-process';
import { node, sink, trigger } from './flows';
import { type Message, alertOf, runOf } from './messages';
import type { NodeFixture } from './node-fixture';

/** Has a sink hold what it gets, until it is told to be done with it. */
export class Hold {
  readonly #held: (() => void)[] = [];
  /** The most that it held at the same time. */
  most = 0;

  readonly handler = (): Promise<void> =>
    new Promise((done) => {
      this.#held.push(done);
      this.most = Math.max(this.most, this.#held.length);
    });

  release(count = Infinity): void {
    for (const done of this.#held.splice(0, count)) done();
  }
}

/** What a sink does while the other tool is down. */
export const fail = (): never => {
  throw new Error('The other tool is down');
};

/** Which attempt a message is of, and why it was sent. */
export function sendingOf(message: Message | undefined): string {
  const { attempt, source } = runOf(message);
  return `${attempt} ${source}`;
}

/** What a test does with a trigger whose runs it watches. */
export interface Deliveries {
  /** The trigger, and a Catch node for what it reports itself. */
  readonly flow: (settings?: Record<string, unknown>) => FlowNode[];
  /** Runs that flow and waits until the trigger is live. */
  readonly live: (settings?: Record<string, unknown>) => Promise<void>;
  /** What was sent of an alert so far, e.g. `['1 live', '2 retry']`. */
  readonly sendings: (uuid: string) => string[];
  /** Waits until the status shows these figures. */
  readonly figures: (text: string, skip?: number) => Promise<void>;
}

export function deliveries(fixture: NodeFixture): Deliveries {
  const flow: Deliveries['flow'] = (settings) => [
    ...trigger(settings),
    node('catch', 'catcher', { scope: ['trigger'], uncaught: false }, 'caught'),
    sink('caught'),
  ];
  const live: Deliveries['live'] = async (settings) => {
    const known = fixture.nodeRed.statusesOf('trigger').length;
    await fixture.run(flow(settings));
    await fixture.nodeRed.status('trigger', 'live', known);
  };
  const sendings: Deliveries['sendings'] = (uuid) =>
    fixture.nodeRed
      .messages('alerts')
      .filter((message) => alertOf(message) === uuid)
      .map(sendingOf);
  const figures: Deliveries['figures'] = async (text, skip = 0) => {
    await fixture.nodeRed.status('trigger', new RegExp(` · \\d\\d:\\d\\d:\\d\\d · ${text}$`), skip);
  };
  return { flow, live, sendings, figures };
}
