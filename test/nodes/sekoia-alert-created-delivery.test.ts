import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { FlowNode } from '../../scripts/node-red-process';
import { type Message, alertOf, errorOf, node, sink, trigger, useNodeFixture } from './support';

interface Run {
  id: string;
  attempt: number;
  source: string;
}

function runOf(message: Message | undefined): Run {
  return (message?.sekoia as { run: Run }).run;
}

/** Which time, and why, a message was sent. */
function sendingOf(message: Message | undefined): string {
  const { attempt, source } = runOf(message);
  return `${attempt} ${source}`;
}

/** Has a sink hold what it gets, until it is told to be done with it. */
class Hold {
  readonly #held: (() => void)[] = [];
  /** The most that it held at the same time. */
  most = 0;

  readonly handler = (): Promise<void> =>
    new Promise((done) => {
      this.#held.push(done);
      this.most = Math.max(this.most, this.#held.length);
    });

  release(count = Infinity): void {
    for (const done of this.#held.splice(0, count)) done();
  }
}

const fail = (): never => {
  throw new Error('The other tool is down');
};

describe('delivery by sekoia-alert-created', () => {
  const fixture = useNodeFixture();

  /** The trigger, and a Catch node for what it reports itself. */
  const flow = (settings: Record<string, unknown> = {}): FlowNode[] => [
    ...trigger(settings),
    node('catch', 'catcher', { scope: ['trigger'], uncaught: false }, 'caught'),
    sink('caught'),
  ];

  async function live(settings: Record<string, unknown> = {}): Promise<void> {
    const known = fixture.nodeRed.statusesOf('trigger').length;
    await fixture.run(flow(settings));
    await fixture.nodeRed.status('trigger', 'live', known);
  }

  /** What was sent of an alert so far, e.g. `['1 live', '2 retry']`. */
  function sendings(uuid: string): string[] {
    return fixture.nodeRed
      .messages('alerts')
      .filter((message) => alertOf(message) === uuid)
      .map(sendingOf);
  }

  /** Waits until the status shows these figures. */
  async function figures(text: string, skip = 0): Promise<void> {
    await fixture.nodeRed.status('trigger', new RegExp(` · \\d\\d:\\d\\d:\\d\\d · ${text}$`), skip);
  }

  beforeEach(() => fixture.scaleTime(0.02));

  describe('a run', () => {
    it('ends, and its alert is delivered, when the flow behind the trigger is done', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live();
      platform.raise();
      await figures('1 running');
      hold.release();
      await figures('1 delivered');
    });

    it('is retried with the same alert as another run if it fails', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', (message) => (runOf(message).attempt < 3 ? fail() : undefined));
      await live();
      const { uuid } = platform.raise();
      const messages = await nodeRed.received('alerts', 3);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry', '3 retry']);
      assert.equal(new Set(messages.map((message) => runOf(message).id)).size, 3);
      assert.equal(new Set(messages.map(({ _msgid }) => _msgid)).size, 3);
      await figures('1 delivered');
      assert.deepEqual(nodeRed.messages('caught'), []);
    });

    it('is counted in the status while it waits for its retry', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(1);
      nodeRed.handle('alerts', fail);
      await live();
      platform.raise();
      await figures('1 waiting');
    });

    it('is reported to Catch nodes once, with the alert, when its retries are used up', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ retries: 2 });
      const alert = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.deepEqual(sendings(alert.uuid), ['1 live', '2 retry', '3 retry']);
      assert.match(errorOf(caught).message, /sink: The other tool is down/);
      assert.equal(errorOf(caught).source.id, 'trigger');
      assert.ok(caught);
      assert.equal(caught.topic, `alert:created:${alert.uuid}`);
      assert.deepEqual(caught.payload, nodeRed.messages('alerts')[0]?.payload);
      const { run, alert: named } = caught.sekoia as { run: Run; alert: object };
      assert.deepEqual([run.attempt, run.source], [3, 'retry']);
      assert.deepEqual(named, {
        uuid: alert.uuid,
        short_id: alert.short_id,
        url: `${platform.url}/operations/alerts/${alert.short_id}`,
      });
      await figures('1 dead letter');

      // The others go on, and the dead one stays where it is.
      nodeRed.handle('alerts', () => undefined);
      await nodeRed.alert('alerts', platform.raise().uuid);
      await figures('1 delivered, 1 dead letter');
      assert.equal(sendings(alert.uuid).length, 3);
      assert.equal(nodeRed.messages('caught').length, 1);
    });

    it('is not retried without retries', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ retries: 0 });
      const { uuid } = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(alertOf(caught), uuid);
      assert.deepEqual(sendings(uuid), ['1 live']);
    });

    it('is retried when it times out, until it succeeds late', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      // A second: the shortest there is.
      await live({ runTimeoutSeconds: 0 });
      const { uuid } = platform.raise();
      await nodeRed.received('alerts', 2);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
      const known = nodeRed.statusesOf('trigger').length;
      hold.release(1);
      await nodeRed.status('trigger', /· 1 delivered$/, known);
      assert.deepEqual(nodeRed.messages('caught'), []);
      hold.release();
    });

    it('is retried when it times out, until its retries are used up and its alert is reported', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ runTimeoutSeconds: 0, retries: 1 });
      const { uuid } = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_TIMEOUT');
      assert.match(errorOf(caught).message, /timed out after 1 s, waiting for sink/);
      assert.equal(alertOf(caught), uuid);
      await figures('1 dead letter');
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
      hold.release();
    });

    it('is set aside when it times out, if the user prefers that', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ runTimeoutSeconds: 0, afterTimeout: 'set-aside' });
      const { uuid } = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_TIMEOUT');
      await figures('1 dead letter');

      // It gets through all the same: then the alert is not dead any more.
      const known = nodeRed.statusesOf('trigger').length;
      hold.release();
      await figures('1 delivered', known);
      assert.deepEqual(sendings(uuid), ['1 live']);
      assert.equal(nodeRed.messages('caught').length, 1);
    });
  });

  describe('an external tool that is down', () => {
    it('suspends the trigger after five failed runs, and gets all alerts when it is back', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live();
      const uuids = platform.raiseMany(8);
      const { fill, shape } = await nodeRed.status('trigger', 'paused: runs are failing');
      assert.deepEqual([fill, shape], ['red', 'dot']);
      const known = nodeRed.statusesOf('trigger').length;
      nodeRed.handle('alerts', () => undefined);
      await nodeRed.status('trigger', /^live · \d\d:\d\d:\d\d · 8 delivered$/, known);
      assert.deepEqual(new Set(nodeRed.messages('alerts').map(alertOf)), new Set(uuids));
      assert.deepEqual(nodeRed.messages('caught'), []);
    });
  });

  describe('the runs at a time', () => {
    it('are as many as the node allows, and the others wait', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ maxInFlight: 2 });
      const uuids = platform.raiseMany(5);
      await figures('2 running, 3 waiting');
      assert.equal(nodeRed.messages('alerts').length, 2);
      hold.release(1);
      await nodeRed.received('alerts', 3);
      await figures('1 delivered, 2 running, 2 waiting');
      for (let received = 4; received <= 5; received += 1) {
        hold.release(1);
        await nodeRed.received('alerts', received);
      }
      hold.release();
      await figures('5 delivered');
      assert.equal(hold.most, 2);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf).sort(), uuids.sort());
    });
  });

  describe('at most once', () => {
    it('sends an alert once, however its run ends', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ delivery: 'at-most-once' });
      const failed = platform.raiseMany(3);
      for (const uuid of failed) await nodeRed.alert('caught', uuid);
      nodeRed.handle('alerts', () => undefined);
      // The one after shows that none of the first is on its way again.
      const { uuid } = platform.raise();
      await figures('1 delivered');
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf).sort(), [...failed, uuid].sort());
      assert.equal(nodeRed.messages('caught').length, 3);
    });

    it('sends no alert again after a restart, though its run was not over', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', new Hold().handler);
      await live({ delivery: 'at-most-once' });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      await fixture.end();
      await live({ delivery: 'at-most-once' });
      const last = platform.raise().uuid;
      await nodeRed.alert('alerts', last);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf), [uuid, last]);
    });
  });

  describe('a redeploy', () => {
    it('sends the alert of an interrupted run again, as a retry', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ name: 'Before' });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      nodeRed.handle('alerts', () => undefined);
      const known = nodeRed.statusesOf('trigger').length;
      await fixture.redeploy(flow({ name: 'After' }), 'nodes');
      await nodeRed.received('alerts', 2);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
      await figures('1 delivered', known);

      // The end of the first run is nobody's business any more.
      hold.release();
      await nodeRed.alert('alerts', platform.raise().uuid);
      await figures('2 delivered', known);
      assert.equal(sendings(uuid).length, 2);
      assert.deepEqual(nodeRed.messages('caught'), []);
    });

    it('waits for a run that is about to end', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(1);
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ name: 'Before' });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      const deployed = fixture.redeploy(flow({ name: 'After' }), 'nodes');
      setTimeout(() => hold.release(), 50);
      await deployed;
      const known = nodeRed.statusesOf('trigger').length;
      await nodeRed.status('trigger', 'live', known);
      nodeRed.handle('alerts', () => undefined);
      const last = platform.raise().uuid;
      await nodeRed.alert('alerts', last);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf), [uuid, last]);
    });

    it('leaves an alert that waits for its retry to the next trigger', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(1);
      nodeRed.handle('alerts', fail);
      await live({ name: 'Before' });
      const { uuid } = platform.raise();
      await figures('1 waiting');
      nodeRed.handle('alerts', () => undefined);
      await fixture.redeploy(flow({ name: 'After' }), 'nodes');
      await nodeRed.received('alerts', 2);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
    });
  });

  describe('a restart', () => {
    it('sends nothing twice and catches up on what was raised meanwhile', async () => {
      const { platform, nodeRed } = fixture;
      await live({ startFrom: 'ago' });
      const before = platform.raiseMany(3);
      await figures('3 delivered');
      await fixture.end();
      const meanwhile = platform.raiseMany(3);
      await live({ startFrom: 'ago' });
      await nodeRed.received('alerts', 6);
      const last = platform.raise().uuid;
      await nodeRed.alert('alerts', last);
      assert.deepEqual(
        nodeRed.messages('alerts').map(alertOf).sort(),
        [...before, ...meanwhile, last].sort(),
      );
      assert.deepEqual(
        nodeRed.messages('alerts').map(sendingOf),
        ['live', 'live', 'live', 'catch-up', 'catch-up', 'catch-up', 'live'].map((source) => `1 ${source}`),
      );
    });

    it('counts "now" from the very first start, and skips nothing raised since', async () => {
      const { platform, nodeRed } = fixture;
      await live({ startFrom: 'now' });
      await fixture.end();
      const { uuid } = platform.raise();
      await live({ startFrom: 'now' });
      assert.equal(sendingOf(await nodeRed.alert('alerts', uuid)), '1 catch-up');
    });

    it('leaves dead letters alone and still counts them', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ retries: 0 });
      const { uuid } = platform.raise();
      await nodeRed.received('caught', 1);
      await fixture.end();
      nodeRed.handle('alerts', () => undefined);
      await live({ retries: 0 });
      const known = nodeRed.statusesOf('trigger').length;
      await nodeRed.alert('alerts', platform.raise().uuid);
      await figures('1 delivered, 1 dead letter', known - 1);
      assert.deepEqual(sendings(uuid), ['1 live']);
      assert.equal(nodeRed.messages('caught').length, 1);
    });
  });

  describe('the ledger', () => {
    const ledgerOf = (id: string, epoch = 1): string =>
      path.join(fixture.userDir, 'sekoia', `ledger-${id}@${epoch}.jsonl`);

    it('is one file for each trigger, in the user directory', async () => {
      const { nodeRed } = fixture;
      await fixture.run([
        node('sekoia-alert-created', 'one', { config: 'sekoia' }, 'alerts'),
        node('sekoia-alert-created', 'two', { config: 'sekoia' }, 'alerts'),
        sink('alerts'),
      ]);
      await Promise.all([nodeRed.status('one', 'live'), nodeRed.status('two', 'live')]);
      for (const id of ['one', 'two']) assert.ok(existsSync(ledgerOf(id)));
    });

    for (const [what, content] of [
      ['is no ledger', 'What is this?\n'],
      ['comes from a later version', '{"format":"sekoia-ledger","version":99}\n'],
    ] as const)
      it(`is left untouched and named in an error if it ${what}`, async () => {
        const { platform, nodeRed } = fixture;
        await live();
        await fixture.end();
        const { accepted } = platform.live;
        const { length: requests } = platform.requests;
        writeFileSync(ledgerOf('trigger'), content);

        const known = nodeRed.statusesOf('trigger').length;
        await fixture.run(flow());
        const { fill, shape } = await nodeRed.status('trigger', 'the ledger cannot be used', known);
        assert.deepEqual([fill, shape], ['red', 'dot']);
        const logged = nodeRed.logged('trigger');
        assert.equal(logged.length, 1);
        assert.ok(logged[0]?.includes(ledgerOf('trigger')), logged[0]);
        assert.match(logged[0]!, /cannot be read: .*move it away and deploy/);
        platform.raise();
        await fixture.end();
        assert.equal(readFileSync(ledgerOf('trigger'), 'utf8'), content);
        assert.deepEqual([platform.live.accepted, platform.requests.length], [accepted, requests]);
        assert.deepEqual(nodeRed.messages('alerts'), []);
      });

    it('is repaired and set aside if it is damaged, and what was lost with it arrives', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const lost = platform.raise().uuid;
      await figures('1 delivered');
      const known = platform.raise().uuid;
      await figures('2 delivered');
      await fixture.end();
      const lines = readFileSync(ledgerOf('trigger'), 'utf8').split('\n');
      // All that is said of the first stands in lines that cannot be read any more.
      const damaged = lines.map((line) => (line.includes(lost) ? line.replace(lost, 'x') : line)).join('\n');
      writeFileSync(ledgerOf('trigger'), damaged);
      await live();
      await nodeRed.alert('alerts', platform.raise().uuid);
      await nodeRed.received('alerts', 4);
      assert.deepEqual([sendings(lost).length, sendings(known).length], [2, 1]);
      const [logged] = nodeRed.logged('trigger');
      assert.match(logged!, /was damaged and has been repaired.*may arrive twice/);
      const aside = path.join(fixture.userDir, 'sekoia', 'ledger-trigger.damaged-1');
      assert.equal(readFileSync(aside, 'utf8'), damaged);
      assert.equal(nodeRed.statusesOf('trigger').at(-1)?.fill, 'green');
    });

    it('is retried until it can be created, with one line in the log', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.001);
      // A file where the folder should be.
      const folder = path.dirname(ledgerOf('trigger'));
      writeFileSync(folder, '');
      await fixture.run(flow());
      await nodeRed.status('trigger', 'the ledger cannot be used');
      // Every 30 s, here 30 ms.
      await delay(200);
      const logged = nodeRed.logged('trigger');
      assert.equal(logged.length, 1);
      assert.ok(logged[0]?.includes(path.join(folder, 'ledger-trigger')), logged[0]);
      assert.equal(platform.live.accepted, 0);
      rmSync(folder);
      await nodeRed.status('trigger', 'live');
      await nodeRed.alert('alerts', platform.raise().uuid);
    });

    it('is in a context store if the node names one, and survives a deploy', async () => {
      const { platform, nodeRed } = fixture;
      fixture.addContextStore('kept');
      await live({ store: 'kept', name: 'Before' });
      const { uuid } = platform.raise();
      await figures('1 delivered');
      await fixture.redeploy(flow({ store: 'kept', name: 'After' }), 'nodes');
      const known = nodeRed.statusesOf('trigger').length;
      await nodeRed.status('trigger', 'live', known);
      const last = platform.raise().uuid;
      await nodeRed.alert('alerts', last);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf), [uuid, last]);
      assert.ok(!existsSync(ledgerOf('trigger')));
    });

    it('is named in an error if its context store does not exist', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(flow({ store: 'redis' }));
      const { fill, shape } = await nodeRed.status('trigger', 'the ledger cannot be used');
      assert.deepEqual([fill, shape], ['red', 'dot']);
      assert.match(nodeRed.logged('trigger').join(), /There is no context store "redis": configure it/);
      assert.equal(platform.live.accepted, 0);
      assert.ok(!existsSync(ledgerOf('trigger')));
    });
  });
});
