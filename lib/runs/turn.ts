import type { Failure } from './failures';
import type { Runs } from './run-sets';
import type { Message, RuntimeNode, Scheduler } from './runtime';
import type { Step } from './step';

/** A message that a node sent in this turn, along one wire. */
export interface SentInTurn {
  readonly message: Message;
  readonly runs: Runs;
  readonly source: RuntimeNode;
  readonly port: number;
  readonly destination: RuntimeNode;
}

/** The events of one turn of the event loop: of one callback, with the promises that it settles. */
export interface TurnEvents {
  readonly sent: readonly SentInTurn[];
  /** Steps that ended without a failure and without output. */
  readonly withoutOutput: readonly Step[];
  /** Steps that their nodes ended with an error. */
  readonly failed: readonly { readonly node: RuntimeNode; readonly failure: Failure }[];
}

/**
 * Groups the events of one turn: a node that joins messages sends one message and is done with all of them in
 * the same turn. The event loop delivers each message in a turn of its own, so two messages that a node receives
 * one after the other do not mix.
 *
 * When a handler returns and is done with its message, its turn counts as over. The event loop would report the
 * end of the turn later.
 */
export class Turn {
  /** Increases from turn to turn. */
  number = 1;
  readonly #clock: Scheduler;
  readonly #onEnded: (events: TurnEvents) => void;
  #sent: SentInTurn[] = [];
  #withoutOutput: Step[] = [];
  #failed: { node: RuntimeNode; failure: Failure }[] = [];
  /** How many nested handlers have been called and have not returned. */
  #depth = 0;
  #hasEvents = false;
  #endScheduled = false;

  /** @param onEnded called after each turn in which a step ended without output */
  constructor(clock: Scheduler, onEnded: (events: TurnEvents) => void) {
    this.#clock = clock;
    this.#onEnded = onEnded;
  }

  addSent(sent: SentInTurn): void {
    this.#sent.push(sent);
    this.addEvent();
  }

  addWithoutOutput(step: Step): void {
    this.#withoutOutput.push(step);
    this.addEvent();
  }

  addFailed(node: RuntimeNode, failure: Failure): void {
    this.#failed.push({ node, failure });
    this.addEvent();
  }

  /** A handler is called. */
  enter(): void {
    this.#depth += 1;
  }

  /** A handler has returned. */
  exit(isDone: boolean): void {
    if (this.#depth > 0) this.#depth -= 1;
    if (this.#depth > 0 || this.#endScheduled) return;
    if (isDone) this.#end();
    else if (this.#hasEvents) this.#scheduleEnd();
  }

  /** Any event: the turn has an end to wait for. */
  addEvent(): void {
    this.#hasEvents = true;
    if (this.#depth === 0 && !this.#endScheduled) this.#scheduleEnd();
  }

  #scheduleEnd(): void {
    this.#endScheduled = true;
    this.#clock.afterTurn(() => {
      this.#endScheduled = false;
      // A handler never returns if another hook stopped its message.
      this.#depth = 0;
      this.#end();
    });
  }

  #end(): void {
    if (!this.#hasEvents) return;
    this.#hasEvents = false;
    this.number += 1;
    const [sent, withoutOutput, failed] = [this.#sent, this.#withoutOutput, this.#failed];
    if (sent.length > 0) this.#sent = [];
    if (failed.length > 0) this.#failed = [];
    if (withoutOutput.length === 0) return;
    this.#withoutOutput = [];
    this.#onEnded({ sent, withoutOutput, failed });
  }
}
