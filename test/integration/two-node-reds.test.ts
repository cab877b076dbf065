import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type FlowNode, NodeRedProcess } from '../../scripts/node-red-process';
import {
  type ExternalTool,
  type Platform,
  type Received,
  startExternalTool,
  startPlatform,
} from '../../simulator';
import { EditorComms } from './support/editor-comms';
import { makeUserDir, readExample } from './support/package';
import { UNUSED_NODES } from './support/unused-nodes';
import { API_KEY, EXAMPLE_1, TOOL_TOKEN, fillIn, nodeOf } from './support/use-case-fixture';

/** Within this a Node-RED takes over from one that is gone. */
const TAKE_OVER_MS = 10_000;

/** Windows cannot stop a process and let it go on. */
const itWhereProcessesStop = process.platform === 'win32' ? it.skip : it;

/** For what takes as long as the machine needs. */
const SOON_MS = 60_000;

interface Instance {
  name: string;
  nodeRed: NodeRedProcess;
  comms: EditorComms;
}

describe('two Node-REDs with one user directory', () => {
  let platform: Platform;
  let tool: ExternalTool;
  let userDir: string;
  let remove: () => void;
  let flows: FlowNode[];
  let trigger: string;
  let instances: Instance[];
  let raised: string[];

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: API_KEY });
    tool = await startExternalTool({ token: TOOL_TOKEN });
    ({ userDir, remove } = makeUserDir());
    flows = fillIn(readExample(EXAMPLE_1) as FlowNode[], platform.url, tool.url).map(withoutLimits);
    trigger = nodeOf(flows, 'sekoia-alert-created').id;
    instances = [];
    raised = [];
  });
  afterEach(async () => {
    for (const { nodeRed, comms } of instances) {
      comms.close();
      if (nodeRed.running && process.platform !== 'win32') process.kill(nodeRed.pid!, 'SIGCONT');
      await nodeRed.stop();
    }
    await Promise.all([platform.stop(), tool.stop()]);
    remove();
  });

  /** Each says in its requests which one it is. */
  async function start(name: string, nodeArgs: string[] = []): Promise<Instance> {
    const nodeRed = await NodeRedProcess.start({
      userDir,
      nodeArgs,
      settings: { nodesExcludes: UNUSED_NODES },
      env: { NAME_OF_THE_INSTANCE: name },
    });
    const instance = { name, nodeRed, comms: await EditorComms.open(nodeRed.url) };
    instances.push(instance);
    return instance;
  }

  async function startOwner(nodeArgs: string[] = []): Promise<Instance> {
    const owner = await start('owner', nodeArgs);
    await owner.nodeRed.deploy(flows);
    await shows(owner, /^live/);
    return owner;
  }

  const shows = ({ comms }: Instance, text: RegExp) => comms.waitForStatus(trigger, text);
  const standsBy = (instance: Instance) => shows(instance, /^standby: another Node-RED runs this trigger$/);
  const from = (name: string): Received[] =>
    tool.received.filter(({ headers }) => headers['x-instance'] === name);
  const uuidsOf = (received: readonly Received[]): string[] =>
    received.map(({ headers }) => String(headers['idempotency-key']));

  function raise(count: number): string[] {
    const uuids = platform.raiseMany(count);
    raised.push(...uuids);
    return uuids;
  }

  async function allTaken(): Promise<void> {
    await tool.waitFor((received) => {
      const taken = new Set(uuidsOf(received.filter(({ status }) => status < 300)));
      return raised.every((uuid) => taken.has(uuid));
    }, SOON_MS);
  }

  function assertNoDamage(): void {
    for (const { nodeRed } of instances)
      for (const line of nodeRed.log) assert.doesNotMatch(line, /damaged|cannot be (used|read)|uncaught/i);
    const names = readdirSync(path.join(userDir, 'sekoia'));
    assert.deepEqual(
      names.filter((name) => name.includes('damaged')),
      [],
    );
  }

  it('deliver one at a time: the other stands by and takes over when the owner is killed', async () => {
    const owner = await startOwner();
    const other = await start('other');
    const { fill, shape } = await standsBy(other);
    assert.deepEqual([fill, shape], ['grey', 'ring']);
    raise(5);
    await allTaken();
    assert.deepEqual([from('owner').length, from('other').length, platform.live.open], [5, 0, 1]);

    const state = (await other.nodeRed.request('GET', '/sekoia/triggers')) as {
      triggers: { state: string; error: string }[];
    };
    assert.equal(state.triggers[0]?.state, 'standby');
    assert.match(state.triggers[0].error, /Another Node-RED runs this trigger \(process \d+ on /);
    await assert.rejects(
      other.nodeRed.request('POST', `/sekoia/triggers/${trigger}/off`, {}),
      /409 .*trigger-not-ready.*Another Node-RED/,
    );

    await owner.nodeRed.kill();
    await shows(other, /^live/);
    raise(5);
    await allTaken();
    assertNoDamage();
  });

  itWhereProcessesStop('do not take over from an owner on this machine that pauses', async () => {
    const owner = await startOwner();
    const other = await start('other');
    await standsBy(other);
    process.kill(owner.nodeRed.pid!, 'SIGSTOP');
    raise(3);
    // Longer than it takes to take over.
    await sleep(TAKE_OVER_MS + 2_000);
    assert.match(other.comms.statuses.get(trigger)?.text ?? '', /^standby/);
    process.kill(owner.nodeRed.pid!, 'SIGCONT');
    await allTaken();
    raise(3);
    await allTaken();
    assert.deepEqual([from('other').length, from('owner').length], [0, 6]);
    assertNoDamage();
  });

  itWhereProcessesStop('send and write nothing more once they were replaced while they paused', async () => {
    const owner = await startOwner(['--require', path.join(__dirname, 'support', 'another-host.cjs')]);
    const other = await start('other');
    await standsBy(other);
    raise(3);
    await allTaken();
    // Ten are under way, and more wait, when it is stopped.
    const hanging = tool.answer({ delayMs: 2_000 });
    const taken = tool.received.length;
    raise(30);
    await tool.waitFor(taken + 10, SOON_MS);
    process.kill(owner.nodeRed.pid!, 'SIGSTOP');
    hanging.clear();
    await shows(other, /^live/);
    await allTaken();
    const before = from('owner').length;
    const ledger = readLedgers();

    process.kill(owner.nodeRed.pid!, 'SIGCONT');
    await standsBy(owner);
    raise(5);
    await allTaken();
    assert.equal(from('owner').length, before, 'it sends nothing');
    assert.deepEqual(Object.keys(readLedgers()), Object.keys(ledger), 'it writes no file of its own');

    // And it takes over again when the other one ends.
    await other.nodeRed.stop();
    await shows(owner, /^live/);
    raise(2);
    await allTaken();
    assertNoDamage();
  });

  it('lose nothing during rolling updates under load', async () => {
    let current = await startOwner();
    const done = new AbortController();
    const load = (async () => {
      while (!done.signal.aborted) {
        // A machine that is too slow for the load would only get slower.
        if (raised.length - tool.received.length < 500) raise(3);
        await sleep(40);
      }
    })();
    try {
      for (let update = 1; update <= 3; update += 1) {
        const next = await start(`update-${update}`);
        await standsBy(next);
        await current.nodeRed.stop();
        await shows(next, /^live/);
        current = next;
      }
    } finally {
      done.abort();
      await load;
    }
    await allTaken();
    assert.ok(raised.length > 100);
    assertNoDamage();
    // Each was stopped with at most ten under way.
    const twice = uuidsOf(tool.received).length - new Set(uuidsOf(tool.received)).size;
    assert.ok(twice <= 3 * 10, `${twice} twice`);
  });

  it('warn once about alerts that wait for a removed node', async () => {
    const owner = await startOwner();
    tool.answer({ hang: true });
    raise(2);
    await tool.waitFor(2, SOON_MS);
    await owner.nodeRed.kill();
    const flowFile = path.join(userDir, 'flows.json');
    const text = readFileSync(flowFile, 'utf8');
    assert.ok(text.includes(trigger));
    writeFileSync(flowFile, text.replaceAll(trigger, 'of-the-copy'));
    const { nodeRed } = await start('copy');
    const line = await nodeRed.waitForLine(/\[sekoia\] 2 alerts wait in /);
    assert.match(line, new RegExp(`ledger-${trigger}@1\\.jsonl.*the flows have no node ${trigger}`));
    assert.equal(nodeRed.log.filter((one) => one.includes('alerts wait in')).length, 1);
  });

  function readLedgers(): Record<string, string> {
    const folder = path.join(userDir, 'sekoia');
    const names = readdirSync(folder).filter((name) => name.startsWith(`ledger-${trigger}`));
    return Object.fromEntries(
      names.sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
    );
  }
});

/** A storm does not wait for the rate limit, and a request says who sends it. */
function withoutLimits(node: FlowNode): FlowNode {
  if (node.type === 'sekoia-config') return { ...node, requestsPerSecond: 0 };
  if (node.type !== 'http request') return node;
  const header = {
    keyType: 'other',
    keyValue: 'X-Instance',
    valueType: 'other',
    valueValue: '${NAME_OF_THE_INSTANCE}',
  };
  return { ...node, headers: [...(node.headers as object[]), header] };
}
