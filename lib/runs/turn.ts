import type { Failure } from './failures';
import type { Runs } from './run-sets';
import type { Message, RuntimeNode, Scheduler } from './runtime';
import type { Step } from './step';

/** A message that a node has sent in this turn, along one wire. */
export interface SentInTurn {
  readonly message: Message;
  readonly runs: Runs;
  readonly source: RuntimeNode;
  readonly port: number;
  readonly destination: RuntimeNode;
}

/** What happened in a turn of the event loop: in one callback of it, with the promises that this settled. */
export interface Happened {
  readonly sent: readonly SentInTurn[];
  /** Steps that ended without a failure, and without having sent anything. */
  readonly unsent: readonly Step[];
  /** Steps that their nodes ended with an error. */
  readonly failed: readonly { readonly node: RuntimeNode; readonly failure: Failure }[];
}

/**
 * Groups the events of one turn: a node that joins messages sends one message and is done with all of them. The
 * event loop delivers each message in a turn of its own, so that two messages that a node is handed one after
 * the other are not mixed up.
 *
 * A turn is taken to be over when a handler returns that is done with its message, since it takes time to be
 * told of the end of a turn.
 */
export class Turn {
  /** Grows from turn to turn. */
  number = 1;
  readonly #clock: Scheduler;
  readonly #ended: (happened: Happened) => void;
  #sent: SentInTurn[] = [];
  #unsent: Step[] = [];
  #failed: { node: RuntimeNode; failure: Failure }[] = [];
  /** Handlers that have been called and have not returned, one in the midst of the other. */
  #depth = 0;
  #happened = false;
  #scheduled = false;

  /** @param ended called after each turn in which a step ended without having sent anything */
  constructor(clock: Scheduler, ended: (happened: Happened) => void) {
    this.#clock = clock;
    this.#ended = ended;
  }

  sent(sent: SentInTurn): void {
    this.#sent.push(sent);
    this.happens();
  }

  unsent(step: Step): void {
    this.#unsent.push(step);
    this.happens();
  }

  failed(node: RuntimeNode, failure: Failure): void {
    this.#failed.push({ node, failure });
    this.happens();
  }

  /** A handler is called. */
  enter(): void {
    this.#depth += 1;
  }

  /** A handler has returned. */
  exit(isDone: boolean): void {
    if (this.#depth > 0) this.#depth -= 1;
    if (this.#depth > 0 || this.#scheduled) return;
    if (isDone) this.#end();
    else if (this.#happened) this.#schedule();
  }

  /** Schedules the end of the turn. */
  happens(): void {
    this.#happened = true;
    if (this.#depth === 0 && !this.#scheduled) this.#schedule();
  }

  #schedule(): void {
    this.#scheduled = true;
    this.#clock.afterTurn(() => {
      this.#scheduled = false;
      // A handler never returns if another hook stopped its message.
      this.#depth = 0;
      this.#end();
    });
  }

  #end(): void {
    if (!this.#happened) return;
    this.#happened = false;
    this.number += 1;
    const [sent, unsent, failed] = [this.#sent, this.#unsent, this.#failed];
    if (sent.length > 0) this.#sent = [];
    if (failed.length > 0) this.#failed = [];
    if (unsent.length === 0) return;
    this.#unsent = [];
    this.#ended({ sent, unsent, failed });
  }
}
