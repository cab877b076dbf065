import type { Failure } from './failures';
import { type CaughtError, caughtError, loggedError } from './outcome';
import type { Run } from './run';
import type { LogEntry, RuntimeNode } from './runtime';
import type { Step } from './step';

/** An error that a node reported in this synchronous turn. */
type Report =
  /** A Catch node has it, or it was given to `done(error)`. */
  | {
      kind: 'caught' | 'done';
      node: Pick<RuntimeNode, 'id' | 'z' | '_alias'>;
      run: Run;
      messageId: unknown;
      failure: Failure;
      current?: Step | undefined;
    }
  /** No Catch node has it: it is in the log, which does not say what message it is about. */
  | { kind: 'logged'; entry: LogEntry; current: Step | undefined };

/**
 * Finds the step that an error belongs to.
 *
 * `node.error(error, message)` is heard of by Catch nodes and, if there is none, in the log; both while it is
 * being called. Whose step it was is known
 * - from `done()`, if the same node calls it in the same synchronous turn. The core http request node does this
 *   when it gets no answer, and its `done` carries no error;
 * - else from the context: an error that is thrown by a handler, or that a function node reports on its way.
 *
 * `done(error)` calls `node.error(error, message)` too. That is heard of a second time, and told from the rest.
 */
export class ErrorReports {
  readonly #assign: (step: Step, failure: Failure) => void;
  #reports: Report[] = [];

  /** @param assign called for a step that has reported an error and is not done */
  constructor(assign: (step: Step, failure: Failure) => void) {
    this.#assign = assign;
  }

  /** A step ended with `done(error)`. */
  done({ node, run, messageId }: Step, failure: Failure): void {
    this.#add({ kind: 'done', node, run, messageId, failure });
  }

  logged(entry: LogEntry, current: Step | undefined): void {
    const told = this.#reports.findIndex((report) => report.kind === 'done' && isFrom(entry, report.node));
    if (told === -1) this.#add({ kind: 'logged', entry, current });
    else this.#reports.splice(told, 1);
  }

  /** A Catch node, one of several perhaps, receives an error. */
  caught(error: CaughtError, run: Run, messageId: unknown, current: Step | undefined): Failure {
    for (const report of this.#reports) {
      if (report.kind === 'logged' || report.node.id !== error.source.id) continue;
      if (report.run === run && report.messageId === messageId) return report.failure;
    }
    const failure: Failure = { error: caughtError(error), messageId };
    run.failures.add(failure);
    this.#add({ kind: 'caught', node: error.source, run, messageId, failure, current });
    return failure;
  }

  /** The failure of a step that is done without an error, if its node has just reported one. */
  claim(step: Step): Failure | undefined {
    if (this.#reports.length === 0) return undefined;
    const index = this.#reports.findIndex((report) => {
      if (report.kind === 'logged') return isFrom(report.entry, step.node);
      return report.kind === 'caught' && report.run === step.run && report.node.id === step.node.id;
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
      const step = stepOf(report);
      if (step !== undefined) this.#assign(step, failureOf(report, step));
    }
  }
}

function stepOf(report: Report): Step | undefined {
  if (report.kind === 'done') return undefined;
  const { current } = report;
  if (report.kind === 'logged')
    return current !== undefined && isFrom(report.entry, current.node) ? current : undefined;
  const { run, node, messageId } = report;
  return current?.run === run && current.node.id === node.id ? current : run.stepOf(node.id, messageId);
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
