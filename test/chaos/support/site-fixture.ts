import type { FlowNode, NodeRedProcess } from '../../../scripts/node-red-process';
import { type ExternalTool, type Platform, startExternalTool, startPlatform } from '../../../simulator';
import { EditorComms } from '../../integration/support/editor-comms';
import { makeUserDir, readExample } from '../../integration/support/package';
import { UNUSED_NODES } from '../../integration/support/unused-nodes';
import { API_KEY, EXAMPLE_1, TOOL_TOKEN, fillIn } from '../../integration/support/use-case-fixture';
import { startNodeRed } from './node-red';

/** All but Node-RED itself. */
export interface SiteFixture {
  platform: Platform;
  tool: ExternalTool;
  userDir: string;
  /** The first example, without the limiter, which would make a storm last. */
  flows: FlowNode[];
  close: () => Promise<void>;
}

export interface NodeRedSiteFixture extends SiteFixture {
  nodeRed: NodeRedProcess;
  comms: EditorComms;
  /** Ends Node-RED and starts it anew. */
  restart: (meanwhile: () => void) => Promise<void>;
}

export async function openSite(): Promise<SiteFixture> {
  const platform = await startPlatform({ apiKey: API_KEY });
  const tool = await startExternalTool({ token: TOOL_TOKEN });
  const { userDir, remove } = makeUserDir();
  const example = fillIn(readExample(EXAMPLE_1) as FlowNode[], platform.url, tool.url);
  return {
    platform,
    tool,
    userDir,
    flows: example.map((node) => (node.type === 'sekoia-config' ? { ...node, requestsPerSecond: 0 } : node)),
    close: async () => {
      await Promise.all([platform.stop(), tool.stop()]);
      remove();
    },
  };
}

export async function openNodeRedSite(timeScale: number, nodeArgs: string[]): Promise<NodeRedSiteFixture> {
  const site = await openSite();
  const start = (): Promise<NodeRedProcess> =>
    startNodeRed({
      userDir: site.userDir,
      settings: { nodesExcludes: UNUSED_NODES, sekoia: { timeScale } },
      nodeArgs,
    });
  let nodeRed: NodeRedProcess | undefined;
  try {
    nodeRed = await start();
    const running: NodeRedSiteFixture = {
      ...site,
      nodeRed,
      comms: await EditorComms.open(nodeRed.url),
      restart: async (meanwhile) => {
        running.comms.close();
        await running.nodeRed.stop();
        meanwhile();
        running.nodeRed = await start();
        running.comms = await EditorComms.open(running.nodeRed.url);
      },
      close: async () => {
        running.comms.close();
        await running.nodeRed.stop();
        await site.close();
      },
    };
    return running;
  } catch (error) {
    await nodeRed?.kill();
    await site.close();
    throw error;
  }
}
