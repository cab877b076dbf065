import type { FlowNode, NodeRedProcess } from '../../../scripts/node-red-process';
import { type ExternalTool, type Platform, startExternalTool, startPlatform } from '../../../simulator';
import { EditorComms } from '../../integration/support/editor-comms';
import { makeUserDir, readExample } from '../../integration/support/package';
import { API_KEY, EXAMPLE_1, TOOL_TOKEN, fillIn } from '../../integration/support/world';
import { startNodeRed } from './node-red';

/** All but Node-RED itself. */
export interface Site {
  platform: Platform;
  tool: ExternalTool;
  userDir: string;
  /** The first example, without the limiter, which would make a storm last. */
  flows: FlowNode[];
  close: () => Promise<void>;
}

export interface NodeRedSite extends Site {
  nodeRed: NodeRedProcess;
  comms: EditorComms;
}

export async function openSite(): Promise<Site> {
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

export async function openNodeRedSite(timeScale: number, nodeArgs: string[]): Promise<NodeRedSite> {
  const site = await openSite();
  let nodeRed: NodeRedProcess | undefined;
  try {
    const started = await startNodeRed({
      userDir: site.userDir,
      settings: { sekoia: { timeScale } },
      nodeArgs,
    });
    nodeRed = started;
    const comms = await EditorComms.open(started.url);
    return {
      ...site,
      nodeRed: started,
      comms,
      close: async () => {
        comms.close();
        await started.stop();
        await site.close();
      },
    };
  } catch (error) {
    await nodeRed?.kill();
    await site.close();
    throw error;
  }
}
