import { AsyncLocalStorage } from 'node:async_hooks';

import { MessageIds } from './message-ids';
import type { Run } from './run';
import { NO_RUNS, type Runs, live, overlap, union } from './run-sets';
import type { Message, ReceiveEvent, RuntimeNode } from './runtime';
import { Step } from './step';

/** What is known of one message object. */
interface Known {
  /** None for a message that belongs to no run. */
  runs: Runs;
  /** The nodes that it has been sent to and that have not received it yet. */
  readonly inTransit: RuntimeNode[];
  /** The steps that handle it. There can be several: a node may pass on the same object. */
  readonly steps: Step[];
}

/** Who sends a message: the step is unknown if its node sends from outside any, and for the trigger. */
interface Sender {
  readonly runs: Runs;
  readonly step: Step | undefined;
}

/** What is known of a node. Of one that a Catch node names, no more is. */
type Source = Pick<RuntimeNode, 'id' | 'type'>;

/** Core nodes that keep messages, and send them or copies of them from the context of another one. */
const KEEPING = new Set(['batch', 'delay', 'join', 'sort', 'trigger']);

const UNTRACKED: Sender = { runs: NO_RUNS, step: undefined };

/**
 * Finds the runs of a message that a node sends. What shows them, and how reliable that is:
 *
 *   the object    certain if the node is at work on this very object. Else it is known since it was last sent or
 *                 received, and a node may have kept it to use it again.
 *   the context   asynchronous, entered when a node receives a message: what the node sends later, however it made
 *                 the message, is sent from there. But a queue sends all of its messages from the context of the
 *                 first one, and a connection all that it receives from that of the one who opened it.
 *   the id        survives clones and queues, but split, sort and others give new ones, and flows set it.
 *
 * So the object comes first, then the context. A context loses to an id under which the node received messages
 * of other runs, and only of those. A message with an unknown origin belongs to all candidate runs: a run may
 * then fail because of another one, but never succeeds because of another one.
 */
export class Messages {
  readonly #ids = new MessageIds();
  readonly #known = new WeakMap<Message, Known>();
  readonly #context = new AsyncLocalStorage<Step | undefined>();
  readonly #turn: () => number;

  /** @param turn the number of the present turn */
  constructor(turn: () => number) {
    this.#turn = turn;
  }

  /** The number of ids by which a run may be found. */
  get size(): number {
    return this.#ids.size;
  }

  /** The step in whose context this code runs, unless all of its runs are over. */
  get current(): Step | undefined {
    const step = this.#context.getStore();
    return step === undefined || live(step.runs).length === 0 ? undefined : step;
  }

  adopt(messageId: unknown, run: Run): void {
    this.#ids.own(messageId, run.asOwner);
  }

  forget(run: Run): void {
    this.#ids.forget(run);
  }

  /** Disables context tracking, which has a cost in Node.js, until a run needs it again. */
  disable(): void {
    this.#context.disable();
  }

  /** Calls a function in the context of a step. */
  runAs(step: Step, act: () => void): void {
    this.#context.run(step, act);
  }

  /** The sender of a message, or the step that a message reports on. */
  senderOf(message: Message, source: Source): Sender {
    const nodeId = source.id;
    const known = this.#known.get(message);
    if (known !== undefined)
      for (const step of known.steps) if (step.node.id === nodeId) return { runs: live(step.runs), step };
    const runs = this.#runsOf(message, source, known);
    if (runs.length === 0) return UNTRACKED;
    const { current } = this;
    if (current?.node.id === nodeId && overlap(current.runs, runs)) return { runs, step: current };
    return { runs, step: runs[0]?.stepOf(nodeId, message._msgid) };
  }

  /** The runs of a message that reaches a node from an unknown sender. */
  ownersOf(message: Message): Runs {
    const known = this.#known.get(message);
    const runs = live(known?.runs);
    return runs.length > 0 ? runs : this.#byIdOrContext(message, known);
  }

  sent(message: Message, runs: Runs, destination: RuntimeNode): void {
    const known = this.#knownTo(message, runs);
    known.inTransit.push(destination);
    for (const run of known.runs) run.sent();
  }

  /** A message without a run is sent, though from the context of one. */
  sentUntracked(message: Message): void {
    if (this.#context.getStore() === undefined) return;
    const known = this.#known.get(message);
    if (known === undefined) this.#known.set(message, { runs: NO_RUNS, inTransit: [], steps: [] });
    else if (known.inTransit.length === 0) known.runs = NO_RUNS;
  }

  /** Assigns a message to another run as well. */
  addRun(message: Message, run: Run): void {
    const known = this.#known.get(message);
    if (known === undefined || known.runs.includes(run)) return;
    known.runs = [...known.runs, run];
    this.#ids.own(message._msgid, run.asOwner);
    for (let count = known.inTransit.length; count > 0; count -= 1) run.sent();
    for (const step of known.steps) {
      step.runs = [...step.runs, run];
      run.begin(step);
    }
  }

  /** The runs of a message that a node receives, if it was in transit there. */
  arrived(message: Message, node: RuntimeNode): Runs | undefined {
    const known = this.#known.get(message);
    if (known === undefined) return undefined;
    const index = known.inTransit.indexOf(node);
    if (index === -1) return undefined;
    known.inTransit.splice(index, 1);
    return known.runs;
  }

  /** Enters the context of a step that begins. */
  enter(step: Step, message: Message): void {
    this.#knownTo(message, step.runs).steps.push(step);
    this.#ids.receivedBy(step.node.id, message._msgid, step.runs);
    step.outer = this.#context.getStore();
    this.#context.enterWith(step);
  }

  /** A node receives a message without a run. What it does with the message belongs to no run either. */
  enterUntracked(event: ReceiveEvent): void {
    this.#ids.addUntracked(event.msg._msgid);
    const outer = this.#context.getStore();
    if (outer === undefined) return;
    const step = new Step(NO_RUNS, event.destination.node, undefined);
    step.event = event;
    step.outer = outer;
    this.#context.enterWith(step);
  }

  /**
   * Restores the context in which the step started, and returns the step. Handlers can nest: a Catch node
   * receives its message while the failed node is still working.
   */
  leave(event: ReceiveEvent): Step | undefined {
    let step = this.#context.getStore();
    // If another hook stopped the message of a step, its handler was not called.
    while (step !== undefined && step.event !== event) step = step.outer;
    if (step === undefined) return undefined;
    this.#context.enterWith(step.outer);
    step.outer = undefined;
    step.event = undefined;
    return step;
  }

  /** Removes the step of a node that handles this very object, and returns it. */
  take(message: Message, node: RuntimeNode): Step | undefined {
    const steps = this.#known.get(message)?.steps;
    if (steps === undefined) return undefined;
    const index = steps.findIndex((step) => step.node === node);
    return index === -1 ? undefined : steps.splice(index, 1)[0];
  }

  #runsOf(message: Message, { id: nodeId, type }: Source, known: Known | undefined): Runs {
    const ofObject = live(known?.runs);
    const { current } = this;
    const received = this.#ids.receivedAt(nodeId, message._msgid);
    if (current?.node.id !== nodeId) {
      if (ofObject.length > 0) return ofObject;
      return received === undefined ? this.#byIdOrContext(message, known) : received.runs;
    }
    const ofContext = live(current.runs);
    if (overlap(ofObject, ofContext)) return ofObject;
    const isAtWork = current.endedIn === 0 || current.endedIn === this.#turn();
    if (received === undefined) {
      if (!isAtWork && this.#isUntracked(message, known)) return ofObject;
      return union(ofObject, ofContext);
    }
    if (!received.mixed) return overlap(received.runs, ofContext) ? ofContext : received.runs;
    return isAtWork && !KEEPING.has(type) ? ofContext : union(ofContext, received.runs);
  }

  #byIdOrContext(message: Message, known: Known | undefined): Runs {
    const owners = live(this.#ids.ownersOf(message._msgid));
    if (owners.length === 1) return owners;
    const { current } = this;
    // The context is that of another node. It counts only for runs that have not ended.
    const ofContext = current === undefined ? NO_RUNS : current.runs.filter((run) => run.underWay);
    if (owners.length > 0) return overlap(owners, ofContext) ? ofContext : owners;
    return this.#isUntracked(message, known) ? NO_RUNS : ofContext;
  }

  #isUntracked(message: Message, known: Known | undefined): boolean {
    return known !== undefined || this.#ids.isUntracked(message._msgid);
  }

  #knownTo(message: Message, runs: Runs): Known {
    const known = this.#known.get(message);
    if (known === undefined) {
      const fresh: Known = { runs, inTransit: [], steps: [] };
      this.#known.set(message, fresh);
      this.#ids.own(message._msgid, runs);
      return fresh;
    }
    if (known.runs === runs) {
      this.#ids.own(message._msgid, runs);
      return known;
    }
    // The message is in transit for other runs, too. Or a node kept it and sends it again.
    const all = known.inTransit.length === 0 ? runs : union(live(known.runs), runs);
    for (const run of all) {
      if (known.runs.includes(run)) continue;
      for (let count = known.inTransit.length; count > 0; count -= 1) run.sent();
    }
    known.runs = all;
    this.#ids.own(message._msgid, all);
    return known;
  }
}
