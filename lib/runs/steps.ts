import { ErrorReports, type ReportedError } from './error-reports';
import { FailureFinder } from './failure-finder';
import type { Failure } from './failures';
import type { Messages } from './messages';
import type { RunObserver } from './observer';
import { leavesNothingUndone } from './passive';
import { type RunError, caughtIn, nodeError, stoppedError } from './outcome';
import { type Runs, live } from './run-sets';
import {
  type CompleteEvent,
  type ConfigurationOf,
  LOG_ERROR,
  type LogEntry,
  type Message,
  type ReceiveEvent,
  type RuntimeNode,
  type SendEvent,
  type TypesBehind,
  isStopped,
  isWired,
  takesDone,
} from './runtime';
import { Step } from './step';
import type { Turn, TurnEvents } from './turn';

/** Core nodes that give up a group of messages with `done(error)` for one of them and `done()` for the others. */
const GROUPING = new Set(['batch', 'join', 'sort']);

/** Nodes that receive a clone of the message that they are about, which names its source node. */
const REPORTING = new Set(['catch', 'complete', 'status']);

export interface StepsOptions {
  readonly messages: Messages;
  readonly turn: Turn;
  readonly observer: RunObserver | undefined;
  readonly configurationOf: ConfigurationOf;
  readonly typesBehind: TypesBehind;
}

/**
 * Derives steps from the runtime's hooks and log.
 *
 *   preDeliver    A message is in transit.
 *   onReceive     A step begins. Its message need not have been in transit: Catch and Complete nodes and the two
 *                 ends of a link call are handed theirs.
 *   postReceive   The handler has returned: the step of a node without `done` ends.
 *   onComplete    `done` was called: the step ends.
 *   log           A node has an error that no Catch node handles.
 */
export class Steps {
  readonly #messages: Messages;
  readonly #turn: Turn;
  readonly #observer: RunObserver | undefined;
  readonly #typesBehind: TypesBehind;
  readonly #failures: FailureFinder;
  readonly #reports = new ErrorReports((reported) => this.#onErrorReported(reported));
  /** The step for which a node has just called `done`: Catch and Complete nodes receive its message next. */
  #completed: { step: Step; messageId: unknown } | undefined;

  constructor({ messages, turn, observer, configurationOf, typesBehind }: StepsOptions) {
    this.#messages = messages;
    this.#turn = turn;
    this.#observer = observer;
    this.#typesBehind = typesBehind;
    this.#failures = new FailureFinder(configurationOf);
  }

  preDeliver({ msg, source, destination }: SendEvent): void {
    const { runs, step } = this.#messages.senderOf(msg, source.node);
    if (runs.length === 0) {
      this.#messages.sentUntracked(msg);
      return;
    }
    this.#messages.sent(msg, runs, destination.node);
    if (step !== undefined) step.sent = true;
    const { node, port } = source;
    this.#turn.addSent({ message: msg, runs, source: node, port, destination: destination.node });
    if (this.#observer === undefined) return;
    for (const run of runs)
      this.#observer.stepSent({ run, step, source: node, port, destination: destination.node }, msg);
  }

  onReceive(event: ReceiveEvent): void {
    this.#turn.enter();
    const { msg, destination } = event;
    const { node } = destination;
    const sentTo = this.#messages.arrived(msg, node);
    const runs = live(sentTo ?? this.#handedTo(msg, node));
    if (runs.length === 0) {
      this.#messages.enterUntracked(event);
      return;
    }
    const step = new Step(runs, node, msg._msgid);
    step.event = event;
    step.input = { ...msg };
    this.#failures.findRetried(step, step.input);
    for (const run of runs) {
      run.begin(step);
      if (sentTo !== undefined) run.arrived();
    }
    this.#messages.enter(step, msg);
    for (const run of runs) this.#observer?.stepBegan(run, step, msg);
  }

  postReceive(event: ReceiveEvent): void {
    const step = this.#messages.leave(event);
    if (step !== undefined && step.runs.length > 0) this.#handlerReturned(event, step);
    this.#turn.exit(step === undefined || step.runs.length === 0 || step.endedIn > 0);
  }

  /** The handler of a step has returned. */
  #handlerReturned(event: ReceiveEvent, step: Step): void {
    const { node } = step;
    if (isStopped(node)) {
      this.#end(event.msg, node, this.#isPassive(node) ? undefined : stoppedError(node));
    } else if (!takesDone(node)) {
      for (const run of step.runs) run.startQuietPeriod();
      this.#end(event.msg, node);
    }
  }

  onComplete({ msg, node: { node }, error }: CompleteEvent): void {
    // Like Node-RED, treats `done(null)` and `done('')` as success.
    this.#end(msg, node, error ? nodeError(node, error) : undefined);
  }

  logged(entry: LogEntry): void {
    if (entry.level === LOG_ERROR) this.#reports.logged(entry, this.#messages.current);
  }

  /** After a turn in which steps ended without output. */
  afterTurn({ sent, withoutOutput, failed }: TurnEvents): void {
    for (const step of withoutOutput) {
      if (step.sent) continue;
      const { node } = step;
      const outputs = sent.filter(({ source }) => source === node);
      const failedToo = failed.find((other) => other.node === node);
      if (outputs.length > 0) this.#shareOutputs(step, outputs);
      else if (failedToo !== undefined) this.#reportFailure(step, failureOf(step, failedToo.failure.error));
      else if (isStopped(node) && !leavesNothingUndone(this.#typesBehind(node)))
        this.#reportFailure(step, failureOf(step, stoppedError(node)));
    }
  }

  /** Whether it does not matter that a message did not get through this node to the nodes behind it. */
  #isPassive(node: RuntimeNode): boolean {
    const behind = this.#typesBehind(node);
    return behind !== undefined && leavesNothingUndone([node.type, ...behind]);
  }

  /** The node joined messages: what it sent in the turn in which it finished the step is made from that, too. */
  #shareOutputs(step: Step, outputs: TurnEvents['sent']): void {
    step.sent = true;
    for (const run of live(step.runs)) {
      if (outputs.some(({ runs }) => runs.includes(run))) continue;
      for (const { message, source, port, destination } of outputs) {
        this.#messages.addRun(message, run);
        this.#observer?.stepSent({ run, step, source, port, destination }, message);
      }
    }
  }

  /** The runs of a message that a node receives although no node sent it there. */
  #handedTo(message: Message, node: RuntimeNode): Runs {
    if (!REPORTING.has(node.type)) return this.#messages.ownersOf(message);
    const caught = node.type === 'catch' ? caughtIn(message) : undefined;
    const source = caught?.source ?? sourceIn(message.complete) ?? sourceIn(message.status);
    if (source === undefined) return this.#messages.ownersOf(message);
    const { runs, step } =
      this.#justCompleted(source.id, message) ?? this.#messages.senderOf(message, source);
    if (caught !== undefined && runs.length > 0) this.#reports.caught(caught, runs, step, message);
    return runs;
  }

  #justCompleted(nodeId: string, message: Message): { runs: Runs; step: Step } | undefined {
    if (this.#completed === undefined) return undefined;
    const { step, messageId } = this.#completed;
    if (step.node.id !== nodeId || step.endedIn !== this.#turn.number) return undefined;
    // If the node removed the id, the message has a new one.
    return messageId === undefined || messageId === message._msgid
      ? { runs: live(step.runs), step }
      : undefined;
  }

  #end(message: Message, node: RuntimeNode, error?: RunError): void {
    // There is none if the message belongs to no run, or if the node has called `done` before.
    const step = this.#messages.take(message, node);
    if (step === undefined) return;
    const runs = live(step.runs);
    const failure = error === undefined ? this.#silentFailure(step, message) : failureOf(step, error);
    if (!REPORTING.has(node.type)) this.#completed = { step, messageId: message._msgid };
    step.endedIn = this.#turn.number;
    this.#turn.addEvent();
    if (failure === undefined) {
      for (const run of runs) run.failures.clear(step.failures.retried);
      if (!step.sent && isWired(node)) this.#turn.addWithoutOutput(step);
    } else {
      this.#failures.fail(step, failure, undefined);
      if (error !== undefined) this.#reports.done(step, failure);
      if (error !== undefined && GROUPING.has(node.type)) this.#turn.addFailed(node, failure);
    }
    step.input = undefined;
    for (const run of runs) {
      run.end(step);
      this.#observer?.stepEnded(run, step, message, failure?.error);
    }
  }

  /** The failure of a step whose node is done without an error. */
  #silentFailure(step: Step, message: Message): Failure | undefined {
    const reported = this.#reports.claim(step) ?? step.failures.own;
    const error = this.#failures.errorInMessage(step, message);
    return reported ?? (error === undefined ? undefined : failureOf(step, error));
  }

  /** A node reported an error, and has not called `done` in the same turn. */
  #onErrorReported({ step, failure, message }: ReportedError): void {
    if (step === undefined) this.#failures.addRequest(failure, message);
    else this.#reportFailure(step, failure, message);
  }

  /** Reports a failure that becomes known before or after the step ends. */
  #reportFailure(step: Step, failure: Failure, message?: Message): void {
    this.#failures.fail(step, failure, message);
    for (const run of live(step.runs)) {
      run.errorReported(step);
      this.#observer?.stepEnded(run, step, undefined, failure.error);
    }
  }
}

function failureOf({ messageId }: Step, error: RunError): Failure {
  return { error, messageId };
}

/** `complete.source` or `status.source` of a message. */
function sourceIn(about: unknown): { id: string; type: string } | undefined {
  const { source } = (about ?? {}) as { source?: { id?: unknown; type?: unknown } };
  return typeof source?.id === 'string' ? { id: source.id, type: String(source.type) } : undefined;
}
