import { ErrorReports, type Reported } from './error-reports';
import type { Failure } from './failures';
import { httpRequestOf, withoutUserinfo } from './http-request';
import type { Messages } from './messages';
import type { RunObserver } from './observer';
import { leavesNothingUndone } from './passive';
import { type RunError, caughtIn, nodeError, stoppedError } from './outcome';
import { exitError, failedStatus, statusError } from './results';
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
import { isSameRequest, requestOf } from './same-request';
import { type SentRequest, Step } from './step';
import type { Happened, Turn } from './turn';

/** Core nodes that give up a group of messages with `done(error)` for one of them and `done()` for the others. */
const GROUPING = new Set(['batch', 'join', 'sort']);

/** These are handed a clone of the message that they are about, and say whose it is. */
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
 *   preDeliver    a message is in transit.
 *   onReceive     a step begins. Its message need not have been in transit: Catch and Complete nodes and the two
 *                 ends of a link call are handed theirs.
 *   postReceive   the handler has returned: the step of a node without `done` ends.
 *   onComplete    `done` was called: the step ends.
 *   log           some node has an error that no Catch node takes.
 */
export class Steps {
  readonly #messages: Messages;
  readonly #turn: Turn;
  readonly #observer: RunObserver | undefined;
  readonly #configurationOf: ConfigurationOf;
  readonly #typesBehind: TypesBehind;
  readonly #errors = new ErrorReports((reported) => this.#reported(reported));
  /** The step that a node has just called `done` for: Catch and Complete nodes are handed its message next. */
  #completed: { step: Step; messageId: unknown } | undefined;

  constructor({ messages, turn, observer, configurationOf, typesBehind }: StepsOptions) {
    this.#messages = messages;
    this.#turn = turn;
    this.#observer = observer;
    this.#configurationOf = configurationOf;
    this.#typesBehind = typesBehind;
  }

  preDeliver({ msg, source, destination }: SendEvent): void {
    const { runs, step } = this.#messages.senderOf(msg, source.node);
    if (runs.length === 0) {
      this.#messages.sentByNobody(msg);
      return;
    }
    this.#messages.sent(msg, runs, destination.node);
    if (step !== undefined) step.sent = true;
    const { node, port } = source;
    this.#turn.sent({ message: msg, runs, source: node, port, destination: destination.node });
    if (this.#observer === undefined) return;
    for (const run of runs)
      this.#observer.stepSent({ run, step, source: node, port, destination: destination.node }, msg);
  }

  onReceive(event: ReceiveEvent): void {
    this.#turn.enter();
    const { msg, destination } = event;
    const { node } = destination;
    const sentTo = this.#messages.arrived(msg, node);
    const runs = live(sentTo ?? this.#handedOver(msg, node));
    if (runs.length === 0) {
      this.#messages.enterAsNobody(event);
      return;
    }
    const step = new Step(runs, node, msg._msgid);
    step.event = event;
    step.input = { ...msg };
    this.#lookForRetry(step, step.input);
    for (const run of runs) {
      run.begin(step);
      if (sentTo !== undefined) run.arrived();
    }
    this.#messages.enter(step, msg);
    for (const run of runs) this.#observer?.stepBegan(run, step, msg);
  }

  postReceive(event: ReceiveEvent): void {
    const step = this.#messages.leave(event);
    if (step !== undefined && step.runs.length > 0) this.#returned(event, step);
    this.#turn.exit(step === undefined || step.runs.length === 0 || step.endedIn > 0);
  }

  /** The handler of a step has returned. */
  #returned(event: ReceiveEvent, step: Step): void {
    const { node } = step;
    if (isStopped(node)) {
      this.#end(event.msg, node, this.#isPassive(node) ? undefined : stoppedError(node));
    } else if (!takesDone(node)) {
      for (const run of step.runs) run.waitAMoment();
      this.#end(event.msg, node);
    }
  }

  onComplete({ msg, node: { node }, error }: CompleteEvent): void {
    // Like Node-RED, treats `done(null)` and `done('')` as success.
    this.#end(msg, node, error ? nodeError(node, error) : undefined);
  }

  logged(entry: LogEntry): void {
    if (entry.level === LOG_ERROR) this.#errors.logged(entry, this.#messages.current);
  }

  /** After a turn in which steps ended that had sent nothing. */
  afterTurn({ sent, unsent, failed }: Happened): void {
    for (const step of unsent) {
      if (step.sent) continue;
      const { node } = step;
      const others = sent.filter(({ source }) => source === node);
      const given = failed.find((failure) => failure.node === node);
      if (others.length > 0) this.#tie(step, others);
      else if (given !== undefined) this.#failAfterwards(step, given.failure.error);
      else if (isStopped(node) && !leavesNothingUndone(this.#typesBehind(node)))
        this.#failAfterwards(step, stoppedError(node));
    }
  }

  /** Whether it does not matter that a message has not got through this node, and the ones behind it. */
  #isPassive(node: RuntimeNode): boolean {
    const behind = this.#typesBehind(node);
    return behind !== undefined && leavesNothingUndone([node.type, ...behind]);
  }

  /** What a node sends in the turn in which it is done with a step is made of that, too: it has joined messages. */
  #tie(step: Step, sent: Happened['sent']): void {
    step.sent = true;
    for (const run of live(step.runs)) {
      if (sent.some(({ runs }) => runs.includes(run))) continue;
      for (const { message, source, port, destination } of sent) {
        this.#messages.tie(message, run);
        this.#observer?.stepSent({ run, step, source, port, destination }, message);
      }
    }
  }

  /** Whose a message is that a node receives without its having been sent. */
  #handedOver(message: Message, node: RuntimeNode): Runs {
    if (!REPORTING.has(node.type)) return this.#messages.ownersOf(message);
    const caught = node.type === 'catch' ? caughtIn(message) : undefined;
    const source = caught?.source ?? sourceIn(message.complete) ?? sourceIn(message.status);
    if (source === undefined) return this.#messages.ownersOf(message);
    const { runs, step } =
      this.#justCompleted(source.id, message) ?? this.#messages.senderOf(message, source);
    if (caught !== undefined && runs.length > 0) this.#errors.caught(caught, runs, step, message);
    return runs;
  }

  #justCompleted(nodeId: string, message: Message): { runs: Runs; step: Step } | undefined {
    if (this.#completed === undefined) return undefined;
    const { step, messageId } = this.#completed;
    if (step.node.id !== nodeId || step.endedIn !== this.#turn.number) return undefined;
    // The node may have taken the id away: the message has got a new one then.
    return messageId === undefined || messageId === message._msgid
      ? { runs: live(step.runs), step }
      : undefined;
  }

  /** Finds the failures that a step clears if it succeeds. */
  #lookForRetry(step: Step, input: Message): void {
    const { node } = step;
    const failures = new Set(step.runs.flatMap((run) => run.failures.of(node.id)));
    if (failures.size === 0) return;
    const request = requestOf(node, input, this.#configurationOf);
    step.retried = [...failures].filter((failure) => isSameRequest(failure.request, request));
  }

  #end(message: Message, node: RuntimeNode, error?: RunError): void {
    // None: the message is of no run, or the node has called `done` before.
    const step = this.#messages.take(message, node);
    if (step === undefined) return;
    const runs = live(step.runs);
    const failure =
      error === undefined ? this.#silentFailure(step, message) : { error, messageId: step.messageId };
    if (!REPORTING.has(node.type)) this.#completed = { step, messageId: message._msgid };
    step.endedIn = this.#turn.number;
    this.#turn.happens();
    if (failure === undefined) {
      for (const run of runs) run.failures.makeGood(step.retried);
      if (!step.sent && isWired(node)) this.#turn.unsent(step);
    } else {
      this.#fail(step, failure, undefined);
      if (error !== undefined) this.#errors.done(step, failure);
      if (error !== undefined && GROUPING.has(node.type)) this.#turn.failed(node, failure);
    }
    step.input = undefined;
    for (const run of runs) {
      run.end(step);
      this.#observer?.stepEnded(run, step, message, failure?.error);
    }
  }

  /** The error of a step whose node is done without an error. */
  #silentFailure(step: Step, message: Message): Failure | undefined {
    const { node, messageId, runs, input = {} } = step;
    const reported = this.#errors.claim(step) ?? step.failure;
    let error: RunError | undefined;
    if (node.type === 'http request') {
      const status = failedStatus(message);
      const counts = status !== undefined && runs.some(({ failOnHttpError }) => failOnHttpError);
      if (counts) error = statusError(node, status);
      this.#tellRequest(step, input, message);
    } else if (node.type === 'exec') {
      error = exitError(node, input, message);
    }
    return reported ?? (error === undefined ? undefined : { error, messageId });
  }

  #tellRequest(step: Step, input: Message, { statusCode }: Message): void {
    const configuration = this.#configurationOf(step.node);
    const request = configuration && httpRequestOf(configuration, input);
    if (request === undefined) return;
    const status = typeof statusCode === 'number' || typeof statusCode === 'string' ? statusCode : undefined;
    const told: SentRequest = { method: request.method, url: withoutUserinfo(request.url) };
    step.request = status === undefined ? told : { ...told, status };
  }

  /** A node reported an error, and has not called `done` in the same turn. */
  #reported({ step, failure, message }: Reported): void {
    if (step === undefined) {
      // It stands already. Whose message it was is known, but not from which step.
      const { nodeId: id, nodeType: type } = failure.error;
      failure.request = message && requestOf({ id, type }, message, this.#configurationOf);
      return;
    }
    this.#fail(step, failure, message);
    for (const run of live(step.runs)) {
      run.doubt(step);
      this.#observer?.stepEnded(run, step, undefined, failure.error);
    }
  }

  #failAfterwards(step: Step, error: RunError): void {
    this.#fail(step, { error, messageId: step.messageId }, undefined);
    for (const run of live(step.runs)) {
      run.doubt(step);
      this.#observer?.stepEnded(run, step, undefined, error);
    }
  }

  /** @param message with which the failure was reported, if the step's own is not known any more */
  #fail(step: Step, failure: Failure, message: Message | undefined): void {
    // Known since it was reported, and perhaps made good since then.
    if (step.failure === failure) return;
    const [first] = step.retried;
    const input = step.input ?? (message?._msgid === step.messageId ? message : undefined);
    // A retry is compared with the first request.
    failure.request = first?.request ?? step.failure?.request;
    failure.request ??= input && requestOf(step.node, input, this.#configurationOf);
    for (const { failures } of live(step.runs)) {
      failures.makeGood(step.retried);
      if (step.failure !== undefined) failures.makeGood([step.failure]);
      failures.add(failure);
    }
    step.failure = failure;
  }
}

/** `complete.source` or `status.source` of a message. */
function sourceIn(about: unknown): { id: string; type: string } | undefined {
  const { source } = (about ?? {}) as { source?: { id?: unknown; type?: unknown } };
  return typeof source?.id === 'string' ? { id: source.id, type: String(source.type) } : undefined;
}
