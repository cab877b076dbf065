import assert from 'node:assert/strict';
import { once } from 'node:events';

import { WebSocket } from 'ws';

import { startPlatform } from '../../../simulator';
import type { LiveConnection } from '../../../lib/sekoia/live-connection';
import { ALERT_UUID, KEY, type Watcher, bareLive, createdNotice, deferred, endings } from './support';
import { liveConnection, watch } from './support';

const LAST = 'ffffffff-0000-4000-8000-000000000000';

describe('a LiveAPI connection', () => {
  const ending = endings();

  /** A live connection, and the server's end of it. */
  async function connect(): Promise<{ socket: WebSocket; connection: LiveConnection; watcher: Watcher }> {
    const opened = deferred<WebSocket>();
    const server = await bareLive((socket) => opened.resolve(socket));
    ending(() => server.stop());
    const connection = liveConnection(server.url);
    ending(() => connection.close());
    const { watcher } = watch(connection);
    await watcher.reaches('live');
    return { socket: await opened.promise, connection, watcher };
  }

  /** Sends the frames and then one more notice, with which all before it have been read. */
  async function hear(socket: WebSocket, watcher: Watcher, frames: (string | Buffer)[]): Promise<string[]> {
    for (const frame of [...frames, createdNotice(LAST)]) socket.send(frame);
    await watcher.until(() => watcher.notices.some((notice) => notice.uuid === LAST));
    return watcher.notices.map((notice) => notice.uuid).filter((uuid) => uuid !== LAST);
  }

  it('sends a notice to every listener, once and in order', async () => {
    const { socket, connection, watcher } = await connect();
    const second = watch(connection).watcher;
    const uuids = ['a-1', 'a-2', 'a-3'];
    assert.deepEqual(
      await hear(
        socket,
        watcher,
        uuids.map((uuid) => createdNotice(uuid)),
      ),
      uuids,
    );
    await second.until(() => second.notices.length === 4);
    assert.deepEqual(second.notices, watcher.notices);
    assert.deepEqual(watcher.notices[0], { uuid: 'a-1', shortId: 'ALabc123DEF4', createdAt: 1_767_598_323 });
  });

  it('counts and ignores malformed messages', async () => {
    const { socket, connection, watcher } = await connect();
    assert.equal(connection.malformed, 0);
    const frames = ['', 'hello', '{"metadata": {"ver', '[]', 'null', '7', createdNotice('../../me')];
    assert.deepEqual(await hear(socket, watcher, frames), []);
    assert.equal(connection.malformed, frames.length);
    assert.deepEqual(watcher.states, ['connecting', 'live']);
  });

  it('counts and ignores binary frames', async () => {
    const { socket, connection, watcher } = await connect();
    const frames = [Buffer.from(createdNotice()), Buffer.alloc(0), Buffer.from([0, 255, 0, 255])];
    assert.deepEqual(await hear(socket, watcher, frames), []);
    assert.equal(connection.malformed, frames.length);
    assert.deepEqual(watcher.states, ['connecting', 'live']);
  });

  it('joins a notice in fragments', async () => {
    const { socket, watcher } = await connect();
    const whole = createdNotice();
    socket.send(whole.slice(0, 20), { fin: false });
    socket.send(whole.slice(20, 40), { fin: false });
    socket.send(whole.slice(40), { fin: true });
    assert.deepEqual(await hear(socket, watcher, []), [ALERT_UUID]);
  });

  it('reads a long message', async () => {
    const { socket, watcher } = await connect();
    const long = createdNotice(ALERT_UUID, { padding: 'x'.repeat(1_000_000) });
    assert.deepEqual(await hear(socket, watcher, [long]), [ALERT_UUID]);
  });

  for (const [what, frame] of [
    ['a huge message', 'x'.repeat(5 * 1024 * 1024)],
    ['text that is not UTF-8', Buffer.from([0xff, 0xfe, 0xfd])],
  ] as const)
    it(`reconnects after ${what}`, async () => {
      const { socket, watcher } = await connect();
      socket.send(frame, { binary: false });
      assert.equal((await watcher.reaches('waiting')).error?.code, 'SEKOIA_UNAVAILABLE');
      await watcher.reaches('live', 2);
      assert.deepEqual(watcher.notices, []);
    });

  it('reconnects after a frame that breaks the protocol', async () => {
    const { socket, watcher } = await connect();
    // Reserved bits set.
    (socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(Buffer.from([0xf1, 0x00]));
    await watcher.reaches('waiting');
    await watcher.reaches('live', 2);
  });

  it('ignores version 1, updates, comments, cases and everything else', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url);
    ending(() => connection.close());
    const upgraded = once(platform.live, 'upgrade');
    const { watcher } = watch(connection);
    await Promise.all([watcher.reaches('live'), upgraded]);
    const { uuid } = platform.raise();
    platform.update(uuid, { title: 'another' });
    platform.comment(uuid, 'looking into it');
    for (const type of ['case', 'ioc-collection', 'search-job', 'task'] as const)
      platform.live.notify({ type, action: 'created', attributes: { uuid: 'other' } });
    platform.live.noticeShape = 'short';
    const last = platform.raise();
    await watcher.until(() => watcher.notices.length >= 2);
    assert.deepEqual(
      watcher.notices.map((notice) => notice.uuid),
      [uuid, last.uuid],
    );
    assert.equal(connection.malformed, 0);
  });

  it('ignores messages of a closed socket', async () => {
    const sockets: WebSocket[] = [];
    const server = await bareLive((socket) => void sockets.push(socket));
    ending(() => server.stop());
    const connection = liveConnection(server.url);
    ending(() => connection.close());
    const first = watch(connection);
    await first.watcher.reaches('live');
    first.leave();
    const second = watch(connection).watcher;
    if (sockets[0]!.readyState === WebSocket.OPEN) sockets[0]!.send(createdNotice('from-the-first'));
    await second.reaches('live');
    sockets[1]!.send(createdNotice('from-the-second'));
    await second.until(() => second.notices.length > 0);
    assert.deepEqual(
      second.notices.map((notice) => notice.uuid),
      ['from-the-second'],
    );
    assert.deepEqual(first.watcher.notices, []);
  });
});
