/**
 * `npm start`: the use case, running. A stand-in Sekoia (or the real one, with SEKOIA_API_KEY and
 * SEKOIA_BASE_URL), a Node-RED with this package and the deployed example, and a stand-in external tool.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { startExternalTool, startPlatform } from '../simulator';
import { type FlowNode, NodeRedProcess } from './node-red-process';

const ROOT = path.resolve(__dirname, '..');
const EXAMPLE = path.join(ROOT, 'examples', '1 - Synchronise alerts with an external tool.json');
const PACKAGE = '@sekoia-flows/node-red-sekoia';
const TOOL_TOKEN = 'demo-token';

const SEKOIA_API_KEY = setting('SEKOIA_API_KEY');
const SEKOIA_BASE_URL = setting('SEKOIA_BASE_URL');
const ALERT_EVERY_SECONDS = Number(setting('ALERT_EVERY_SECONDS') ?? '5');

interface Source {
  baseUrl: string;
  apiKey: string;
  /** Called when the flow runs: only alerts from then on are its business. */
  begin: () => void;
  stop: () => Promise<void>;
}

async function main(): Promise<void> {
  if (SEKOIA_BASE_URL && !SEKOIA_API_KEY)
    throw new Error('SEKOIA_BASE_URL is set but SEKOIA_API_KEY is not: set both to use the real platform.');
  const stops: (() => Promise<void> | void)[] = [];
  let ending = false;
  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    for (const stop of stops.reverse()) await stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));

  try {
    const tool = await startExternalTool({ token: TOOL_TOKEN, port: 8651 }).catch(() =>
      startExternalTool({ token: TOOL_TOKEN }),
    );
    stops.push(() => tool.stop());
    const raisedAt = new Map<string, number>();
    const source = SEKOIA_BASE_URL && SEKOIA_API_KEY ? realPlatform() : await standIn(raisedAt);
    stops.push(() => source.stop());
    tool.on('received', ({ body, headers }) => {
      const uuid = headers['idempotency-key'];
      const at = raisedAt.get(String(uuid));
      const after = at === undefined ? '' : ` after ${Math.round(performance.now() - at)} ms`;
      console.log(`received ${String(uuid)}${after}: ${JSON.stringify(body)}`);
    });

    const userDir = mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-'));
    stops.push(() => rmSync(userDir, { recursive: true, force: true }));
    linkPackage(userDir);
    const nodeRed = await startNodeRed(userDir);
    stops.push(() => nodeRed.stop());
    nodeRed.once('exit', () => {
      if (ending) return;
      console.error(['Node-RED ended:', ...nodeRed.log.slice(-20)].join('\n'));
      void end(1);
    });
    await nodeRed.deploy(fillIn(source, `${tool.url}/api/alerts`));
    console.log(
      [
        '',
        `  Sekoia          ${source.baseUrl}`,
        `  External tool   ${tool.url}/   (what arrives there)`,
        `  Node-RED        ${nodeRed.url}/   (the flow)`,
        '',
        '  Ctrl-C ends all of them.',
        '',
      ].join('\n'),
    );
    source.begin();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

function realPlatform(): Source {
  return {
    baseUrl: SEKOIA_BASE_URL ?? '',
    apiKey: SEKOIA_API_KEY ?? '',
    begin: () => undefined,
    stop: () => Promise.resolve(),
  };
}

async function standIn(raisedAt: Map<string, number>): Promise<Source> {
  const apiKey = SEKOIA_API_KEY ?? 'demo-key';
  const platform = await startPlatform({ apiKey, port: 8650 }).catch(() => startPlatform({ apiKey }));
  platform.on('raised', (alert) => {
    raisedAt.set(alert.uuid, performance.now());
    console.log(`raised   ${alert.uuid}: ${JSON.stringify(alert.rule.name)}`);
  });
  const everyMs = Math.max(0.1, ALERT_EVERY_SECONDS) * 1000;
  let timer: NodeJS.Timeout | undefined;
  return {
    baseUrl: platform.url,
    apiKey,
    begin: () => (timer = setInterval(() => platform.raise(), everyMs)),
    stop: async () => {
      clearInterval(timer);
      await platform.stop();
    },
  };
}

/** As if it had been installed there, but without a copy. */
function linkPackage(userDir: string): void {
  const link = path.join(userDir, 'node_modules', PACKAGE);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(ROOT, link, 'junction');
}

/** Who tries things may want to install other nodes. */
const SETTINGS = { externalModules: { palette: { allowInstall: true } } };

async function startNodeRed(userDir: string): Promise<NodeRedProcess> {
  try {
    return await NodeRedProcess.start({ userDir, port: 1880, settings: SETTINGS });
  } catch (error) {
    // Another Node-RED is likely to run on its usual port.
    if (error instanceof Error && error.message.includes('EADDRINUSE'))
      return NodeRedProcess.start({ userDir, settings: SETTINGS });
    throw error;
  }
}

/** The example as a user fills it in. */
function fillIn(source: Source, toolUrl: string): FlowNode[] {
  const flows = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as FlowNode[];
  for (const node of flows) {
    if (node.type === 'sekoia-config') {
      node.baseUrl = source.baseUrl;
      node.credentials = { apiKey: source.apiKey };
    }
    if (node.type === 'http request') {
      node.url = toolUrl;
      for (const header of node.headers as { keyValue: string; valueValue: string }[])
        if (header.keyValue === 'Authorization') header.valueValue = `Bearer ${TOOL_TOKEN}`;
    }
  }
  return flows;
}

/** What the environment says; set to nothing is not set. */
function setting(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}

void main();
