import { ErrorReports } from './error-reports';
import type { Failure } from './failures';
import type { Messages } from './messages';
import type { RunObserver } from './observer';
import { type RunError, caughtIn, failedStatus, nodeError, statusError, stoppedError } from './outcome';
import type { Run } from './run';
import {
  type CompleteEvent,
  LOG_ERROR,
  type LogEntry,
  type Message,
  type ReceiveEvent,
  type RuntimeNode,
  type SendEvent,
  isStopped,
  isWired,
  takesDone,
} from './runtime';
import { Step } from './step';

/**
 * Makes steps of what the runtime's hooks and its log tell.
 *
 *   preDeliver    a message is in transit.
 *   onReceive     a step begins. Its message need not have been in transit: Catch and Complete nodes and the two
 *                 ends of a link call are handed theirs.
 *   postReceive   the handler has returned: the step of a node without `done` ends.
 *   onComplete    `done` was called: the step ends.
 *   log           some node has an error that no Catch node takes.
 */
export class Steps {
  readonly #messages: Messages;
  readonly #observer: RunObserver | undefined;
  readonly #errors = new ErrorReports((step, failure) => this.#reported(step, failure));
  /** Those that ended in this synchronous turn without having sent anything on. */
  #unsent: Step[] = [];

  constructor(messages: Messages, observer: RunObserver | undefined) {
    this.#messages = messages;
    this.#observer = observer;
  }

  preDeliver({ msg, source, destination }: SendEvent): void {
    const run = this.#messages.runOf(msg);
    if (run === undefined) return;
    this.#messages.sent(msg, run, destination.node);
    const { current } = this.#messages;
    const sender = current?.node === source.node ? current : undefined;
    if (sender !== undefined) sender.sent = true;
    if (this.#observer === undefined) return;
    const { node, port } = source;
    this.#observer.stepSent({ run, step: sender, source: node, port, destination: destination.node }, msg);
  }

  onReceive(event: ReceiveEvent): void {
    const { msg, destination } = event;
    const received = this.#messages.received(msg, destination.node);
    if (received === undefined || received.run.over) return;
    const { run } = received;
    const step = this.#stepOf(run, destination.node, msg);
    step.event = event;
    run.begin(step);
    if (received.wasSent) run.arrived();
    this.#messages.enter(step, msg);
    this.#observer?.stepBegan(step, msg);
  }

  postReceive(event: ReceiveEvent): void {
    const step = this.#messages.leave(event);
    if (step === undefined) return;
    const { node } = step;
    if (isStopped(node)) {
      this.#end(event.msg, node, stoppedError(node));
    } else if (!takesDone(node)) {
      step.run.waitAMoment();
      this.#end(event.msg, node);
    }
  }

  onComplete({ msg, node: { node }, error }: CompleteEvent): void {
    // As Node-RED does, which takes `done(null)` and `done('')` for no error.
    this.#end(msg, node, error ? nodeError(node, error) : undefined);
  }

  logged(entry: LogEntry): void {
    if (entry.level === LOG_ERROR) this.#errors.logged(entry, this.#messages.current);
  }

  #stepOf(run: Run, node: RuntimeNode, message: Message): Step {
    const { current } = this.#messages;
    const id = message._msgid;
    const caught = node.type === 'catch' ? caughtIn(message) : undefined;
    const failure = caught && this.#errors.caught(caught, run, id, current);
    if (!run.failures.any) return new Step(run, node, id);
    const after = run.failures.before(current?.run === run ? current : undefined, failure);
    return new Step(run, node, id, after, run.failures.retriedBy(node, message, after));
  }

  #end(message: Message, node: RuntimeNode, error?: RunError): void {
    // None: the message is of no run, or the node has called `done` before.
    const step = this.#messages.take(message, node);
    if (step === undefined || step.run.over) return;
    const { run } = step;
    const failure =
      error === undefined ? this.#silentFailure(step, message) : { error, messageId: step.messageId };
    if (failure === undefined) {
      run.failures.makeGood(step.retried);
      this.#watchForStop(step);
    } else {
      this.#fail(step, failure);
      if (error !== undefined) this.#errors.done(step, failure);
    }
    run.end(step);
    this.#observer?.stepEnded(step, message, failure?.error);
  }

  /** What went wrong with a step whose node is done without an error. */
  #silentFailure(step: Step, message: Message): Failure | undefined {
    const { node, messageId, run } = step;
    const reported = this.#errors.claim(step) ?? step.failure;
    const status = node.type === 'http request' && run.failOnHttpError ? failedStatus(message) : undefined;
    if (status === undefined) return reported;
    const failure: Failure = reported ?? { error: statusError(node, status), messageId };
    // It goes with the message to wherever that is sent again, and tells there what failed.
    failure.status = status;
    return failure;
  }

  /** A node reported an error for a step, and has not called `done` in the same turn. */
  #reported(step: Step, failure: Failure): void {
    if (step.run.over) return;
    this.#fail(step, failure);
    step.run.doubt(step);
    this.#observer?.stepEnded(step, undefined, failure.error);
  }

  #fail(step: Step, failure: Failure): void {
    // Known since it was reported, and perhaps made good since then.
    if (step.failure === failure) return;
    const { failures } = step.run;
    failures.makeGood(step.failure === undefined ? step.retried : [...step.retried, step.failure]);
    failures.add(failure);
    step.failure = failure;
  }

  /** A node that is being closed calls `done` for the messages that it had and does not send on any more. */
  #watchForStop(step: Step): void {
    if (step.sent || !isWired(step.node)) return;
    if (this.#unsent.length === 0) queueMicrotask(() => this.#endTurn());
    this.#unsent.push(step);
  }

  #endTurn(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const step of unsent) {
      const { node } = step;
      if (step.run.over || step.sent || !isStopped(node)) continue;
      const error = stoppedError(node);
      this.#fail(step, { error, messageId: step.messageId });
      this.#observer?.stepEnded(step, undefined, error);
    }
  }
}
