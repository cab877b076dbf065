import type { Failure } from './failures';
import { type CaughtError, caughtError, loggedError } from './outcome';
import { type Runs, overlap } from './run-sets';
import type { LogEntry, Message, RuntimeNode } from './runtime';
import type { Step } from './step';

/** An error that a node reported in this turn. */
type Report =
  /** A Catch node received it, or the node called `done(error)`. */
  | {
      readonly kind: 'caught' | 'done';
      readonly node: Pick<RuntimeNode, 'id' | 'z' | '_alias'>;
      readonly runs: Runs;
      readonly messageId: unknown;
      readonly failure: Failure;
      readonly step: Step | undefined;
      /** The message with which it was reported. */
      readonly message?: Message;
    }
  /** No Catch node handles it: it is in the log, which does not name the message. */
  | { readonly kind: 'logged'; readonly entry: LogEntry; readonly current: Step | undefined };

/** A reported error for an unfinished or unknown step. */
export interface ReportedError {
  readonly step: Step | undefined;
  readonly failure: Failure;
  readonly message: Message | undefined;
}

/**
 * Finds the step that an error belongs to.
 *
 * `node.error(error, message)` reaches Catch nodes or, without any, the log, both synchronously. The step is
 * known
 * - from `done()`, if the same node calls it in the same synchronous turn. The core http request node does this
 *   when it gets no answer, and its `done` carries no error;
 * - else from the context: an error that is thrown by a handler, or that a function node reports on its way;
 * - else, for a Catch node, from the message.
 *
 * `done(error)` calls `node.error(error, message)` too. That second report is recognized and dropped.
 */
export class ErrorReports {
  readonly #assign: (reported: ReportedError) => void;
  #reports: Report[] = [];

  /** @param assign called with an error that was reported without the node being done */
  constructor(assign: (reported: ReportedError) => void) {
    this.#assign = assign;
  }

  /** A step ended with `done(error)`. */
  done(step: Step, failure: Failure): void {
    const { node, runs, messageId } = step;
    this.#add({ kind: 'done', node, runs, messageId, failure, step });
  }

  logged(entry: LogEntry, current: Step | undefined): void {
    const index = this.#reports.findIndex((report) => report.kind === 'done' && isFrom(entry, report.node));
    if (index === -1) this.#add({ kind: 'logged', entry, current });
    else this.#reports.splice(index, 1);
  }

  /** A Catch node receives the error of a step. Other Catch nodes may receive it, too. */
  caught(error: CaughtError, runs: Runs, step: Step | undefined, message: Message): void {
    const messageId = message._msgid;
    for (const report of this.#reports) {
      if (report.kind === 'logged' || report.node.id !== error.source.id) continue;
      const isSame = report.messageId === messageId || (step !== undefined && report.step === step);
      if (isSame && overlap(report.runs, runs)) return;
    }
    const failure: Failure = { error: caughtError(error), messageId };
    for (const run of runs) run.failures.add(failure);
    this.#add({ kind: 'caught', node: error.source, runs, messageId, failure, step, message });
  }

  /** The failure of a step that is done without an error, if its node has just reported one. */
  claim(step: Step): Failure | undefined {
    if (this.#reports.length === 0) return undefined;
    const index = this.#reports.findIndex((report) => {
      if (report.kind === 'logged') return isFrom(report.entry, step.node);
      return report.kind === 'caught' && report.node.id === step.node.id && overlap(report.runs, step.runs);
    });
    const report = this.#reports[index];
    if (report === undefined) return undefined;
    this.#reports.splice(index, 1);
    return failureOf(report, step);
  }

  #add(report: Report): void {
    if (this.#reports.length === 0) queueMicrotask(() => this.#endTurn());
    this.#reports.push(report);
  }

  #endTurn(): void {
    const reports = this.#reports;
    this.#reports = [];
    for (const report of reports) {
      if (report.kind === 'caught') {
        this.#assign({ step: report.step, failure: report.failure, message: report.message });
      } else if (report.kind === 'logged') {
        const step = report.current;
        if (step !== undefined && isFrom(report.entry, step.node))
          this.#assign({ step, failure: failureOf(report, step), message: undefined });
      }
    }
  }
}

function failureOf(report: Report, step: Step): Failure {
  if (report.kind !== 'logged') return report.failure;
  return { error: loggedError(step.node, report.entry), messageId: step.messageId };
}

function isFrom(entry: LogEntry, node: Pick<RuntimeNode, 'id' | 'z' | '_alias'>): boolean {
  if (entry.id === node.id) return true;
  // Inside a subflow that a module brings, the entry bears the id of the whole instance.
  return entry._alias !== undefined && entry._alias === node._alias && entry.z === node.z;
}
