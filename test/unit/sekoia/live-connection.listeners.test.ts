import assert from 'node:assert/strict';
import { once } from 'node:events';

import { startPlatform, type Platform } from '../../../simulator';
import type { LiveConnection, LiveListener } from '../../../lib/sekoia/live-connection';
import type { LiveTiming } from '../../../lib/sekoia/live-timing';
import { KEY, Watcher, endings, liveConnection, pass, runningTimers, watch } from './support';

const FOREVER_MS = 1e8;

describe('the listeners of a LiveAPI connection', () => {
  const ending = endings();
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
  });

  function connectionWith(timing: Partial<LiveTiming> = {}): LiveConnection {
    const connection = liveConnection(platform.url, timing);
    ending(() => connection.close());
    return connection;
  }

  /** Resolves once the platform has this many sockets. */
  async function openSockets(count: number): Promise<void> {
    while (platform.live.open !== count)
      await Promise.race([once(platform.live, 'open'), once(platform.live, 'close')]);
  }

  it('get the status at once when they join late, and share the socket', async () => {
    const connection = connectionWith();
    const first = watch(connection).watcher;
    const second = watch(connection).watcher;
    assert.deepEqual(second.states, ['connecting']);
    await first.reaches('live');
    const third = watch(connection).watcher;
    assert.deepEqual(third.statuses, [{ state: 'live' }]);
    assert.deepEqual(second.states, ['connecting', 'live']);
    assert.equal(platform.live.accepted, 1);
  });

  it('also get the error of a wait when they join late', async () => {
    platform.faults.live({ refuse: 403 });
    const connection = connectionWith({ refusedRetryMs: FOREVER_MS });
    await watch(connection).watcher.reaches('refused');
    const late = watch(connection).watcher;
    assert.equal(late.statuses[0]!.error?.code, 'SEKOIA_FORBIDDEN');
  });

  it('keep the socket while one is left', async () => {
    const connection = connectionWith();
    const upgraded = once(platform.live, 'upgrade');
    const first = watch(connection);
    const second = watch(connection);
    await Promise.all([first.watcher.reaches('live'), upgraded]);
    first.leave();
    platform.raise();
    await second.watcher.until(() => second.watcher.notices.length === 1);
    assert.deepEqual(first.watcher.notices, []);
    assert.equal(platform.live.open, 1);
    assert.equal(connection.status.state, 'live');
  });

  it('may leave twice', async () => {
    const connection = connectionWith();
    const first = watch(connection);
    const second = watch(connection);
    await second.watcher.reaches('live');
    first.leave();
    first.leave();
    first.leave();
    assert.equal(connection.status.state, 'live');
    second.leave();
    second.leave();
    assert.equal(connection.status.state, 'off');
    await openSockets(0);
  });

  it('leave one socket when they come and go three times', async () => {
    const connection = connectionWith();
    for (let i = 0; i < 3; i += 1) watch(connection).leave();
    const { watcher } = watch(connection);
    await watcher.reaches('live');
    await openSockets(1);
    for (let i = 0; i < 3; i += 1) {
      const one = watch(connection);
      await one.watcher.reaches('live');
      one.leave();
    }
    assert.equal(platform.live.open, 1);
  });

  it('leave no socket when they all leave', async () => {
    const connection = connectionWith();
    for (let i = 0; i < 3; i += 1) {
      const { watcher, leave } = watch(connection);
      await watcher.reaches('live');
      leave();
    }
    assert.equal(platform.live.accepted, 3);
    await openSockets(0);
  });

  it('may leave while the handshake hangs', async () => {
    platform.faults.live({ hangHandshake: true });
    const connection = connectionWith();
    const { watcher, leave } = watch(connection);
    await pass(20);
    leave();
    assert.deepEqual(watcher.states, ['connecting']);
    assert.equal(connection.status.state, 'off');
  });

  it('end a wait when they leave', async () => {
    platform.faults.live({ refuse: 503, times: 1 });
    const connection = connectionWith();
    const { watcher, leave } = watch(connection);
    await watcher.reaches('waiting');
    leave();
    await pass(60);
    assert.equal(connection.status.state, 'off');
    assert.equal(platform.live.accepted, 0);
  });

  describe('that leave from inside a call', () => {
    /** Leaves as soon as it hears of the state. */
    function leaver(connection: LiveConnection, state: string): { left: Promise<void>; heard: Watcher } {
      const heard = new Watcher();
      let leave: (() => void) | undefined;
      const left = new Promise<void>((resolve) => {
        const listener: LiveListener = {
          onStatus(status) {
            heard.onStatus(status);
            if (status.state !== state || leave === undefined) return;
            leave();
            resolve();
          },
          onNotice: (notice) => heard.onNotice(notice),
        };
        leave = connection.listen(listener);
      });
      return { left, heard };
    }

    it('leave nothing open and no timer, on going live', async () => {
      // mocha's own timer starts at the test's first wait.
      await pass(1);
      const before = runningTimers();
      const connection = connectionWith();
      await leaver(connection, 'live').left;
      assert.equal(connection.status.state, 'off');
      await openSockets(0);
      while (runningTimers() > before) await pass(10);
    });

    it('cause no further attempt, on a wait', async () => {
      platform.faults.live({ refuse: 503, times: 1 });
      const connection = connectionWith();
      await leaver(connection, 'waiting').left;
      await pass(60);
      assert.equal(platform.live.accepted, 0);
    });

    it('open no socket, on reconnecting', async () => {
      platform.faults.live({ refuse: 503, times: 1 });
      const connection = connectionWith();
      await leaver(connection, 'connecting').left;
      assert.equal(connection.status.state, 'off');
      await pass(60);
      assert.equal(platform.live.open, 0);
      assert.equal(connection.status.state, 'off');
    });

    it('leave one socket when another joins, on reconnecting', async () => {
      platform.faults.live({ refuse: 503, times: 1 });
      const connection = connectionWith();
      const next = new Watcher();
      let leave: (() => void) | undefined;
      leave = connection.listen({
        onStatus(status) {
          if (status.state !== 'connecting' || leave === undefined) return;
          leave();
          leave = undefined;
          connection.listen(next);
        },
        onNotice: () => undefined,
      });
      await next.reaches('live');
      await pass(30);
      assert.equal(platform.live.open, 1);
    });

    it('hear nothing of the old socket after they close and reopen it', async () => {
      const connection = connectionWith();
      const second = new Watcher();
      let first = true;
      connection.listen({
        onStatus(status) {
          if (status.state !== 'live' || !first) return;
          first = false;
          void connection.close();
          connection.listen(second);
        },
        onNotice: () => undefined,
      });
      connection.listen(second);
      await second.reaches('live');
      assert.deepEqual(second.states, ['connecting', 'connecting', 'live']);
      assert.equal(platform.live.accepted, 2);
    });

    it('hear nothing more when another removes them', async () => {
      const connection = connectionWith();
      const first = new Watcher();
      const leaving: (() => void)[] = [];
      connection.listen({
        onStatus(status) {
          if (status.state === 'live') for (const leave of leaving) leave();
          first.onStatus(status);
        },
        onNotice: () => undefined,
      });
      const second = new Watcher();
      leaving.push(connection.listen(second));
      await first.reaches('live');
      assert.deepEqual(second.states, ['connecting']);
    });
  });
});
