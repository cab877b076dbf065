import { AsyncLocalStorage } from 'node:async_hooks';

import type { Run } from './run';
import type { Message, RuntimeNode } from './runtime';
import { Step } from './step';

/** What is known of one message object. */
interface Known {
  run: Run;
  /** The nodes that it has been sent to and that have not received it yet. */
  readonly inTransit: RuntimeNode[];
  /** The steps that handle it. Several may: a node may pass the very same object on. */
  readonly steps: Step[];
}

/**
 * Which run a message belongs to. Three ways, in this order:
 *
 *   its `_msgid`     survives clones and queues, but split, sort and others give new ones.
 *   the object       known since it was sent or received.
 *   the context      asynchronous, entered when a node receives a message: what the node sends later, however
 *                    it made the message, is sent from there.
 *
 * An id found by the last two is from then on an id of the run.
 */
export class Messages {
  readonly #runs = new Map<unknown, Run>();
  readonly #known = new WeakMap<Message, Known>();
  readonly #context = new AsyncLocalStorage<Step | undefined>();

  /** The number of ids by which a run may be found. */
  get size(): number {
    return this.#runs.size;
  }

  /** The step, of a run that is not over, whose doing this is. */
  get current(): Step | undefined {
    const step = this.#context.getStore();
    return step === undefined || step.run.over ? undefined : step;
  }

  adopt(messageId: unknown, run: Run): void {
    this.#runs.set(messageId, run);
    run.messageIds.push(messageId);
  }

  forget(run: Run): void {
    for (const messageId of run.messageIds) this.#runs.delete(messageId);
  }

  /** Takes away what it costs Node.js to keep track of contexts, until a run needs it again. */
  disable(): void {
    this.#context.disable();
  }

  /** Calls a function whose doings are those of a step. */
  runAs(step: Step, act: () => void): void {
    this.#context.run(step, act);
  }

  runOf(message: Message): Run | undefined {
    const byId = this.#runs.get(message._msgid);
    if (byId !== undefined) return byId;
    const run = live(this.#known.get(message)?.run) ?? this.current?.run;
    if (run !== undefined) this.adopt(message._msgid, run);
    return run;
  }

  sent(message: Message, run: Run, destination: RuntimeNode): void {
    this.#knownTo(message, run).inTransit.push(destination);
    run.sent();
  }

  /**
   * The run of a message that a node receives, if it has one; `wasSent` tells whether it was in transit there.
   * The same object may be in transit to one node and be handed to another.
   */
  received(message: Message, node: RuntimeNode): { run: Run; wasSent: boolean } | undefined {
    const known = this.#known.get(message);
    const index = known?.inTransit.indexOf(node) ?? -1;
    if (known !== undefined && index !== -1) {
      known.inTransit.splice(index, 1);
      return { run: known.run, wasSent: true };
    }
    const run = this.runOf(message);
    return run && { run, wasSent: false };
  }

  /** Enters the context of a step that begins. */
  enter(step: Step, message: Message): void {
    this.#knownTo(message, step.run).steps.push(step);
    step.outer = this.#context.getStore();
    this.#context.enterWith(step);
  }

  /**
   * Goes back to the context in which the step began, and returns the step. A handler may have been called in
   * the middle of another one: a Catch node gets its message while the failed node is still at work.
   */
  leave(event: NonNullable<Step['event']>): Step | undefined {
    let step = this.#context.getStore();
    // A step is skipped whose handler was not called, since some other hook kept the message from it.
    while (step !== undefined && step.event !== event) step = step.outer;
    if (step === undefined) return undefined;
    this.#context.enterWith(step.outer);
    step.outer = undefined;
    step.event = undefined;
    return step;
  }

  /** The step of a node that handles this very object; it is taken off. */
  take(message: Message, node: RuntimeNode): Step | undefined {
    const steps = this.#known.get(message)?.steps;
    const index = steps?.findIndex((step) => step.node === node) ?? -1;
    return index === -1 ? undefined : steps?.splice(index, 1)[0];
  }

  #knownTo(message: Message, run: Run): Known {
    let known = this.#known.get(message);
    if (known === undefined) {
      known = { run, inTransit: [], steps: [] };
      this.#known.set(message, known);
    } else if (known.run !== run) {
      // A message that was kept and is sent again by another run.
      known.run.arrived(known.inTransit.splice(0).length);
      known.run = run;
    }
    return known;
  }
}

function live(run: Run | undefined): Run | undefined {
  return run === undefined || run.over ? undefined : run;
}
