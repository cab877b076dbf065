import assert from 'node:assert/strict';
import { AsyncResource } from 'node:async_hooks';

import fc from 'fast-check';

import type { Message } from '../../../lib/runs/runtime';
import { FakeNode, type FakeRun, FakeRuntime } from './support';

/** What a message sets off: one step, and what its node sends. */
interface Tree {
  /** The same object, a clone, or a message with an id of its own as `split` sends them. */
  message: 'same' | 'clone' | 'new';
  /** Handed over, as Catch and Complete nodes get theirs, instead of sent. */
  handedOver: boolean;
  /** Sent while the handler runs, or after, from its context; after it, a queue may send a clone from anywhere. */
  when: 'at once' | 'later' | 'from a queue';
  fails: 'no' | 'done(error)' | 'error, done()' | 'error … done()';
  children: Tree[];
}

function trees(depth: number): fc.Arbitrary<Tree> {
  return fc
    .record<Tree>({
      message: fc.constantFrom('same', 'clone', 'new'),
      handedOver: fc.boolean(),
      when: fc.constantFrom('at once', 'later', 'from a queue'),
      fails: fc.oneof(
        { weight: 12, arbitrary: fc.constant('no' as const) },
        { weight: 1, arbitrary: fc.constantFrom('done(error)', 'error, done()', 'error … done()') },
      ),
      children: depth === 0 ? fc.constant([]) : fc.array(trees(depth - 1), { maxLength: 3 }),
    })
    .map((tree) => ({
      ...tree,
      // A new message that a queue sends bears nothing by which it could be found.
      when: tree.message === 'new' && tree.when === 'from a queue' ? 'later' : tree.when,
    }));
}

/** A run in the making: what its nodes may do next, in any order. */
class Play {
  readonly run: FakeRun;
  readonly next: (() => void)[] = [];
  failed = false;
  readonly #red: FakeRuntime;
  #nodes = 0;

  constructor(red: FakeRuntime, tree: Tree) {
    this.#red = red;
    const message: Message = {};
    const node = this.#node();
    this.run = red.start(message, [node]);
    const deliver = this.run.deliveries[0]!;
    this.next.push(() => deliver(() => this.#handle(node, message, tree)));
  }

  #node(): FakeNode {
    this.#nodes += 1;
    return new FakeNode(`${this.#nodes}`, { wired: true });
  }

  #handle(node: FakeNode, message: Message, tree: Tree): void {
    const inContext = (act: () => void): (() => void) => AsyncResource.bind(act);
    let open = 1;
    // The last thing that a node does is to call done.
    const step = (act: () => void) => (): void => {
      act();
      open -= 1;
      if (open === 0) this.next.push(inContext(() => this.#done(node, message, tree)));
    };
    if (tree.fails === 'error … done()') {
      open += 1;
      this.next.push(inContext(step(() => this.#red.error(node, 'on the way'))));
    }
    for (const child of tree.children) {
      const send = (): void => this.#send(node, message, child);
      if (child.when === 'at once') {
        send();
        continue;
      }
      open += 1;
      this.next.push(child.when === 'later' ? inContext(step(send)) : step(send));
    }
    this.next.push(inContext(step(() => undefined)));
  }

  #send(source: FakeNode, sent: Message, tree: Tree): void {
    const node = this.#node();
    const message = tree.message === 'same' ? sent : { ...sent };
    if (tree.message === 'new') message._msgid = `${Math.random()}`;
    const handle = (): void => this.#handle(node, message, tree);
    if (tree.handedOver) {
      this.#red.receive(node, message, handle);
      return;
    }
    const deliver = this.#red.send(source, message, node);
    this.next.push(() => deliver(handle));
  }

  #done(node: FakeNode, message: Message, { fails }: Tree): void {
    if (fails !== 'no') this.failed = true;
    if (fails === 'error, done()') this.#red.error(node, 'no answer');
    this.#red.done(node, message, fails === 'done(error)' ? 'failed' : undefined);
  }
}

describe('random trees of messages', () => {
  it('complete a run exactly when all are done, and fail it exactly when one failed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(trees(3), { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        async (forest, choices) => {
          const red = new FakeRuntime();
          const plays = forest.map((tree) => new Play(red, tree));
          for (;;) {
            const open = plays.filter(({ next }) => next.length > 0);
            if (open.length === 0) break;
            const { next } = open[choices.next().value % open.length]!;
            next.splice(choices.next().value % next.length, 1)[0]!();
            await red.clock.turn();
            await red.clock.turn();
            for (const { run, next: left, failed } of plays) {
              const expected = left.length > 0 ? 'running' : failed ? 'failed' : 'succeeded';
              assert.equal(run.status, expected);
            }
          }
          assert.deepEqual(red.tracker.size, { runs: 0, ended: 0, messageIds: 0 });
          assert.equal(red.registered.size, 0);
          assert.equal(red.clock.timers, 0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
