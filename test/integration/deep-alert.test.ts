import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { type FlowNode, NodeRedProcess } from '../../scripts/node-red-process';
import { makeUserDir } from './support/package';

const UUID = '6f3a6a1e-1c55-4b34-9c5f-0a4d7f1f5d11';

/** Without coordinates it would be a configuration. */
const PLACE = { z: 'tab', x: 1, y: 1 };

describe('a deeply nested alert', () => {
  let server: http.Server;
  let nodeRed: NodeRedProcess;
  let remove: () => void;
  let depth: number;

  before(async () => {
    const alert = (): string =>
      `{"uuid":"${UUID}","short_id":"ALdeep","created_at":1,"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    server = http.createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(request.url?.includes(UUID) ? alert() : '{"items":[],"total":0}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const made = makeUserDir();
    remove = made.remove;
    nodeRed = await NodeRedProcess.start({ userDir: made.userDir });
  });
  after(async () => {
    await nodeRed.stop();
    server.close();
    remove();
  });

  /** Reads the alert once, and hands it to what follows. */
  function flow(url: string, wires: string[], following: FlowNode[]): FlowNode[] {
    return [
      { id: 'tab', type: 'tab' },
      { id: 'config', type: 'sekoia-config', baseUrl: url, credentials: { apiKey: 'key-of-the-deep-alert' } },
      {
        id: 'start',
        type: 'inject',
        ...PLACE,
        once: true,
        onceDelay: 0.1,
        props: [{ p: 'payload.alert_uuid', v: UUID, vt: 'str' }],
        wires: [['get']],
      },
      { id: 'get', type: 'sekoia-get-alert', ...PLACE, config: 'config', include: [], wires: [wires] },
      ...following.map((node) => ({ ...PLACE, wires: [[]], ...node })),
      { id: 'caught', type: 'catch', ...PLACE, wires: [['tell']] },
      {
        id: 'tell',
        type: 'function',
        ...PLACE,
        func: 'node.warn("caught from " + msg.error.source.id + ": " + msg.error.message)',
        wires: [[]],
      },
      {
        id: 'arrived',
        type: 'function',
        ...PLACE,
        func: 'node.warn("arrived " + msg.payload.uuid)',
        wires: [[]],
      },
    ];
  }

  async function outcome(wires: string[], following: FlowNode[], line: RegExp): Promise<void> {
    const { port } = server.address() as AddressInfo;
    const told = nodeRed.nextLine(line);
    await nodeRed.deploy(flow(`http://127.0.0.1:${port}`, wires, following));
    await told;
    assert.ok(nodeRed.running);
    assert.ok(await nodeRed.flows(), 'it still answers');
  }

  const wires = ['arrived', 'again', 'body', 'request'];
  const following: FlowNode[] = [
    { id: 'again', type: 'function', func: 'return msg' },
    { id: 'body', type: 'sekoia-template', template: '{"alert":"{{payload}}"}' },
    { id: 'request', type: 'http request', method: 'POST', url: 'http://127.0.0.1:1/', ret: 'txt' },
  ];

  it('arrives as long as Node-RED can copy it', async () => {
    depth = 900;
    await outcome(wires, following, new RegExp(`arrived ${UUID}`));
    await nodeRed.waitForLine(/caught from body: .*levels deep/);
    await nodeRed.waitForLine(/caught from request: .*ECONNREFUSED/);
  });

  for (const deep of [5_000, 100_000])
    it(`fails with a reason, and stops nothing else, at ${deep} levels`, async () => {
      depth = deep;
      await outcome(wires, following, /caught from get: .*nested more than 1000 levels deep/);
    });
});
