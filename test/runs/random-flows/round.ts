import helper from 'node-red-node-test-helper';

import type { RunHandle, RunOutcome } from '../../../lib/runs';
import { RunsFixture, hooks } from '../support/runs-fixture';
import { catchNode } from '../support/nodes';
import { Target } from '../support/target';
import { FlowBuilder, type Trait } from './flow-builder';
import { Oracle } from './oracle';
import { numberOf } from './random';
import { buildFlow } from './stages';
import { Twins } from './twins';

const ALERTS = 4;
const REFUSED = 0.35;

/** Nothing happens for so long, in this many pieces: then nothing will. Twice as long as any wait of a flow. */
const QUIET_PIECES = 10;
const QUIET_PIECE_MS = 40;

export interface Verdict {
  readonly seed: number;
  readonly tag: string;
  /** What the run reported last. */
  readonly status: RunOutcome['status'];
  readonly reported: readonly string[];
  readonly error: string | undefined;
  /** What was refused of the alert and not accepted later. */
  readonly standing: readonly string[];
  /** Whether something of it was refused, and the same was accepted later. */
  readonly cleared: boolean;
  /** Whether a node was asked for the same of it twice at the same time. */
  readonly hasTwins: boolean;
  /** Whether a node failed it that reports an error after it is done. */
  readonly failedLate: boolean;
  readonly traits: ReadonlySet<Trait>;
}

/** Runs random flows, many of them side by side in one Node-RED. */
export class Rounds {
  readonly #fixture = new RunsFixture();
  readonly #target = new Target();
  #oracle = new Oracle();
  #activity = 0;

  async open(): Promise<void> {
    await new Promise<void>((resolve) => {
      helper.startServer(resolve);
    });
    await this.#target.start();
    this.#target.answer = ({ method, path, body }) => {
      this.#activity += 1;
      const seed = Number(path.split('/')[1]);
      const key = `${method} ${path} ${body}`;
      if (!this.#oracle.refusesRequest(seed, key, REFUSED)) return 200;
      return numberOf(key) < 0.3 ? 'cut' : 503;
    };
  }

  async close(): Promise<void> {
    await this.#target.stop();
    await new Promise<void>((resolve) => {
      helper.stopServer(resolve);
    });
  }

  /** The flow of a seed, to look at. */
  flowOf(seed: number): FlowBuilder {
    const flow = new FlowBuilder(seed, this.#target.url);
    buildFlow(flow);
    return flow;
  }

  async run(seeds: readonly number[]): Promise<Verdict[]> {
    this.#oracle = new Oracle();
    const flows = seeds.map((seed) => this.flowOf(seed));
    // The test helper cannot load more than one Catch node.
    await this.#fixture.load([catchNode('catch', null, '')]);
    await this.#fixture.deploy(
      flows.flatMap(({ nodes }) => nodes),
      'full',
    );
    const [first] = flows;
    const refuses = (seed: number, id: string, message: object): boolean =>
      this.#oracle.refusesMessage(seed, id, message, REFUSED);
    helper.getNode(first!.triggerId).context().global.set('refuses', refuses);
    this.#watch();
    const twins = new Twins();
    twins.watch('twins');
    const runs = flows.flatMap((flow) =>
      Array.from({ length: ALERTS }, (_, n) => new FollowedRun(this.#fixture, flow, n)),
    );
    await this.#quiet();
    this.#fixture.passTimeout();
    await Promise.all(runs.map(({ outcome }) => outcome));
    hooks.remove('*.random-flows');
    hooks.remove('*.twins');
    const verdicts = runs.map((run) => run.verdict(this.#oracle, twins));
    await this.#fixture.unload();
    return verdicts;
  }

  #watch(): void {
    for (const hook of ['preDeliver', 'onReceive', 'onComplete'])
      hooks.add(`${hook}.random-flows`, this.#happens);
  }

  /** It declares a parameter, or Node-RED waits for it to call back. */
  readonly #happens = (event: object): void => {
    if ('msg' in event) this.#activity += 1;
  };

  async #quiet(): Promise<void> {
    for (let pieces = 0; pieces < QUIET_PIECES; pieces += 1) {
      const before = this.#activity;
      await new Promise((resolve) => setTimeout(resolve, QUIET_PIECE_MS));
      if (this.#activity !== before) pieces = -1;
    }
  }
}

class FollowedRun {
  readonly outcome: Promise<RunOutcome>;
  readonly #tag: string;
  readonly #flow: FlowBuilder;
  readonly #reported: RunOutcome[] = [];

  constructor(fixture: RunsFixture, flow: FlowBuilder, n: number) {
    this.#flow = flow;
    this.#tag = `A${flow.seed}_${n}`;
    const handle = start(fixture, flow.triggerId, this.#tag, n, this.#reported);
    this.outcome = handle.outcome.then((outcome) => {
      this.#reported.unshift(outcome);
      return outcome;
    });
  }

  verdict(oracle: Oracle, twins: Twins): Verdict {
    const last = this.#reported.at(-1)!;
    return {
      seed: this.#flow.seed,
      tag: this.#tag,
      status: last.status,
      reported: this.#reported.map(({ status }) => status),
      error: last.status === 'failed' ? `${last.error.nodeId}: ${last.error.message}` : undefined,
      standing: oracle.standing(this.#tag),
      cleared: oracle.cleared(this.#tag),
      hasTwins: twins.has(this.#tag),
      failedLate: last.status === 'failed' && this.#flow.lateReporters.has(last.error.nodeId),
      traits: this.#flow.traits,
    };
  }
}

function start(
  fixture: RunsFixture,
  triggerId: string,
  tag: string,
  n: number,
  reported: RunOutcome[],
): RunHandle {
  const message = { payload: { alert: tag }, topic: tag, k: n };
  return fixture.startFrom(triggerId, message, { onRevised: (outcome) => void reported.push(outcome) });
}
