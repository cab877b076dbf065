import type { Failure } from './failures';
import type { Runs } from './run-sets';
import type { Clock, Message, RuntimeNode } from './runtime';
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
 * Gathers what belongs together since it happens in one turn: a node that joins messages sends one and is done
 * with all of them. The event loop delivers each message in a turn of its own, so that two messages that a node
 * is handed one after the other are not mixed up.
 */
export class Turn {
  /** Grows from turn to turn. */
  number = 1;
  readonly #clock: Clock;
  readonly #ended: (happened: Happened) => void;
  #sent: SentInTurn[] = [];
  #unsent: Step[] = [];
  #failed: { node: RuntimeNode; failure: Failure }[] = [];
  #scheduled = false;

  /** @param ended called after each turn in which a step ended without having sent anything */
  constructor(clock: Clock, ended: (happened: Happened) => void) {
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

  /** Makes sure that the end of the turn is noticed. */
  happens(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#clock.afterTurn(() => this.#end());
  }

  #end(): void {
    this.#scheduled = false;
    this.number += 1;
    const happened = { sent: this.#sent, unsent: this.#unsent, failed: this.#failed };
    if (this.#sent.length > 0) this.#sent = [];
    if (this.#failed.length > 0) this.#failed = [];
    if (this.#unsent.length === 0) return;
    this.#unsent = [];
    this.#ended(happened);
  }
}
