import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { alertOf, deliveries, node, sink, useNodeFixture } from './support';

describe('delivery by sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { flow, live, sendings, figures } = deliveries(fixture);

  beforeEach(() => fixture.scaleTime(0.02));

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
