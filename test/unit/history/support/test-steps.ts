import type { RunSummary } from '../../../../lib/history';
import { Step } from '../../../../lib/runs/step';
import { TestHistory } from './history';

export interface NodeOfTest {
  id: string;
  type: string;
  name?: string;
  libs?: unknown;
}

export const SWITCH = { id: 's', type: 'switch', name: 'Urgent?' };
export const REQUEST = { id: 'r', type: 'http request', name: 'Send' };

const RUN = { id: 'run' } as never;
const ERROR = { message: 'no', nodeId: 'r', nodeType: 'http request' };

/** A history with a run, whose steps the test lets begin and end. */
export class TestSteps {
  rig = new TestHistory();

  /** Opens the history and begins the run. */
  async begin(rig = new TestHistory()): Promise<void> {
    this.rig = rig;
    await rig.open();
    rig.begin('run');
  }

  /** A step that has begun, since the one before sent a message to it. */
  readonly reached = (node: NodeOfTest, from?: Step): Step => {
    const { observer } = this.rig.history;
    const source = from?.node ?? { id: 'trigger', type: 'sekoia-alert-created' };
    observer.stepSent({ run: RUN, step: from, source, port: 0, destination: node }, {});
    return this.began(node);
  };

  /** A step that has begun without that, as behind a link or a Catch node. */
  readonly began = (node: NodeOfTest): Step => {
    const step = new Step([RUN], node, undefined);
    this.rig.history.observer.stepBegan(RUN, step, {});
    return step;
  };

  readonly ended = (step: Step, request?: Step['request'], failed = false): void => {
    step.request = request;
    this.rig.history.observer.stepEnded(RUN, step, {}, failed ? ERROR : undefined);
  };

  /** Of a run that went through these nodes, one behind the other. */
  readonly through = (...nodes: NodeOfTest[]): void => {
    let last: Step | undefined;
    for (const node of nodes) {
      const step = this.reached(node, last);
      this.ended(step);
      last = step;
    }
  };

  readonly succeeded = (): RunSummary => {
    this.rig.history.settle('run', { status: 'succeeded' });
    return this.summary();
  };

  readonly summary = (): RunSummary => this.rig.history.list({ limit: 1 }).runs[0]!;
}
