import { NodeRedProcess, type FlowNode, type NodeRedOptions } from '../../../scripts/node-red-process';
import {
  type ExternalTool,
  type Platform,
  type PlatformOptions,
  startExternalTool,
  startPlatform,
} from '../../../simulator';
import { EditorComms } from './editor-comms';
import { makeUserDir, readExample } from './package';
import { UNUSED_NODES } from './unused-nodes';

export const API_KEY = 'key-of-the-integration-tests-0123456789';
export const TOOL_TOKEN = 'token-of-the-external-tool';
export const EXAMPLE_1 = '1 - Synchronise alerts with an external tool';
export const EXAMPLE_2 = '2 - Send alerts to a custom intake';
export const EXAMPLE_3 = '3 - Send alerts in batches';

/** Everything the use case needs: the platform, the external tool, and a Node-RED with the package installed. */
export interface UseCaseFixture {
  platform: Platform;
  tool: ExternalTool;
  nodeRed: NodeRedProcess;
  comms: EditorComms;
  userDir: string;
  /** The first example, filled in for this fixture. */
  flows: FlowNode[];
  /** Ends Node-RED and starts it anew in the same user directory; what was deployed runs again. */
  restart: (end: 'stop' | 'kill') => Promise<void>;
  stop: () => Promise<void>;
}

export interface UseCaseOptions {
  platform?: PlatformOptions;
  nodeRed?: Partial<NodeRedOptions>;
}

export async function startUseCase(options: UseCaseOptions = {}): Promise<UseCaseFixture> {
  const platform = await startPlatform({ apiKey: API_KEY, ...options.platform });
  const tool = await startExternalTool({ token: TOOL_TOKEN });
  const { userDir, remove } = makeUserDir();
  // For what is configured as ${NAME}.
  const env = { PLATFORM_OF_THE_TEST: platform.url, KEY_OF_THE_TEST: API_KEY, ...options.nodeRed?.env };
  const settings = { nodesExcludes: UNUSED_NODES, ...options.nodeRed?.settings };
  const startNodeRed = (): Promise<NodeRedProcess> =>
    NodeRedProcess.start({ userDir, ...options.nodeRed, settings, env });
  const nodeRed = await startNodeRed();
  const fixture: UseCaseFixture = {
    platform,
    tool,
    nodeRed,
    comms: await EditorComms.open(nodeRed.url),
    userDir,
    flows: fillIn(readExample(EXAMPLE_1) as FlowNode[], platform.url, tool.url),
    restart: async (end) => {
      fixture.comms.close();
      await fixture.nodeRed[end]();
      fixture.nodeRed = await startNodeRed();
      fixture.comms = await EditorComms.open(fixture.nodeRed.url);
    },
    stop: async () => {
      fixture.comms.close();
      await fixture.nodeRed.stop();
      await Promise.all([platform.stop(), tool.stop()]);
      remove();
    },
  };
  return fixture;
}

/** An example as a user fills it in: key, addresses, and the header of the external tool. */
export function fillIn(flows: FlowNode[], platformUrl: string, toolUrl: string): FlowNode[] {
  return flows.map((node) => {
    if (node.type === 'sekoia-config')
      return { ...node, baseUrl: platformUrl, credentials: { apiKey: API_KEY } };
    if (node.type !== 'http request') return node;
    const headers = node.headers as { keyValue: string }[];
    return {
      ...node,
      url: `${toolUrl}/api/alerts`,
      headers: headers.map((header) =>
        header.keyValue === 'Authorization' ? { ...header, valueValue: `Bearer ${TOOL_TOKEN}` } : header,
      ),
    };
  });
}

/** The one node of a type. */
export function nodeOf(flows: readonly FlowNode[], type: string, name?: string): FlowNode {
  const node = flows.find((one) => one.type === type && (name === undefined || one.name === name));
  if (node === undefined) throw new Error(`The flow holds no ${type} ${name ?? ''}`);
  return node;
}

/** The uuids that the external tool received, in order, from the example's Idempotency-Key. */
export function receivedUuids(tool: ExternalTool): string[] {
  return tool.received.map(({ headers }) => String(headers['idempotency-key']));
}

/** Deploys the fixture's flow and waits until its trigger is live. */
export async function deployAndGoLive(fixture: UseCaseFixture): Promise<void> {
  const { id } = nodeOf(fixture.flows, 'sekoia-alert-created');
  // That of the trigger before the deploy says nothing of the one after it.
  fixture.comms.statuses.delete(id);
  await fixture.nodeRed.deploy(fixture.flows);
  await fixture.comms.waitForStatus(id, /^live/);
}
