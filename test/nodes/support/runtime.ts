import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import helper from 'node-red-node-test-helper';

import { type FlowNode, NODE_RED_HOME } from '../../../scripts/node-red-process';

const { main } = JSON.parse(readFileSync(path.join(NODE_RED_HOME, 'package.json'), 'utf8')) as {
  main: string;
};
helper.init(path.join(NODE_RED_HOME, main));

// The helper hides these parts of the runtime under test; they are the very instances that it uses.
const requireFromNodeRed = createRequire(path.join(NODE_RED_HOME, 'package.json'));
export const { events, hooks } = requireFromNodeRed('@node-red/util') as {
  events: EventEmitter;
  hooks: {
    add(hook: string, callback: (event: CompleteEvent) => void): void;
    remove(hook: string): void;
  };
};
export const context = requireFromNodeRed('@node-red/runtime/lib/nodes/context') as { load(): Promise<void> };
export const runtimeNodes = requireFromNodeRed('@node-red/runtime/lib/nodes') as {
  setFlows(flows: FlowNode[], credentials: object, type: DeploymentType): Promise<unknown>;
};

export type DeploymentType = 'full' | 'flows' | 'nodes';

interface CompleteEvent {
  node: { id: string };
  error?: unknown;
}
