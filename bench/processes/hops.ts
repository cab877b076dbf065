/** Messages through a long row of nodes, followed by the run tracker or not, in a process of its own. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { Node, NodeAPI, NodeDef, NodeInitializer, NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';

import { type Hooks, type LogSource, RunTracker } from '../../lib/runs';
import { NODE_RED_HOME } from '../../scripts/node-red-process';
import { serve } from '../support/child';
import { nowMs } from '../support/clock';

const HOPS = 100;
const AT_A_TIME = 10;

const requireFromNodeRed = createRequire(path.join(NODE_RED_HOME, 'package.json'));
const { main } = JSON.parse(readFileSync(path.join(NODE_RED_HOME, 'package.json'), 'utf8')) as {
  main: string;
};
const { hooks, log } = requireFromNodeRed('@node-red/util') as { hooks: Hooks; log: LogSource };

let arrived: () => void = () => undefined;

const nodes: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('pass', function (this: Node, def: NodeDef) {
    RED.nodes.createNode(this, def);
    this.on('input', (message, send, done) => {
      send(message);
      done();
    });
  });
  RED.nodes.registerType('end', function (this: Node, def: NodeDef) {
    RED.nodes.createNode(this, def);
    this.on('input', (_message, _send, done) => {
      done();
      arrived();
    });
  });
};

helper.init(path.join(NODE_RED_HOME, main));
const loaded = load();

async function load(): Promise<void> {
  await new Promise<void>((resolve) => {
    helper.startServer(resolve);
  });
  await helper.load(nodes, [
    { id: 'tab', type: 'tab' },
    ...Array.from({ length: HOPS }, (_, at) => ({
      id: `n${at}`,
      type: at === HOPS - 1 ? 'end' : 'pass',
      z: 'tab',
      wires: [[`n${at + 1}`]],
    })),
  ]);
  // The helper spies on every node and keeps each call: a million of them would be what is measured.
  (helper as unknown as { _sandbox: { restore: () => void } })._sandbox.restore();
}

async function send(first: Node, message: NodeMessage, tracker: RunTracker | undefined): Promise<void> {
  if (tracker === undefined) {
    first.receive(message);
    return;
  }
  const { outcome } = tracker.start({
    runId: 'run',
    msg: message,
    timeoutMs: 60_000,
    failOnHttpError: true,
    emit: () => first.send(message),
  });
  await outcome;
}

const answers = {
  /** @returns microseconds a hop */
  measure: async ({ messages, tracked }: { messages: number; tracked: boolean }): Promise<number> => {
    await loaded;
    const tracker = tracked ? new RunTracker({ hooks, log }) : undefined;
    const release = tracker?.acquire();
    const first = helper.getNode('n0');
    const startedMs = nowMs();
    for (let sent = 0; sent < messages; sent += AT_A_TIME) {
      let left = AT_A_TIME;
      const all = new Promise<void>((resolve) => {
        arrived = () => {
          if ((left -= 1) === 0) resolve();
        };
      });
      const runs = Array.from({ length: AT_A_TIME }, () => send(first, { payload: 'x' }, tracker));
      await all;
      await Promise.all(runs);
    }
    const us = ((nowMs() - startedMs) * 1000) / (messages * HOPS);
    release?.();
    return us;
  },
};

export type HopsProcess = typeof answers;

serve(answers);
