import type { FlowNode } from '../../../scripts/node-red-process';
import { node, outcomes, sink } from './flows';
import type { Message } from './messages';
import type { NodeFixture } from './node-fixture';

/** The settings of a new Get Alert node. */
export const GET_ALERT_DEFAULTS = {
  config: 'sekoia',
  alert: 'payload.alert_uuid',
  alertType: 'msg',
  include: [],
  output: 'payload',
  outputType: 'msg',
};

/** The node `get`, what it sends to the sink `out`, and what becomes of its messages. */
export function getAlert(settings: Record<string, unknown> = {}): FlowNode[] {
  return [
    node('sekoia-get-alert', 'get', { ...GET_ALERT_DEFAULTS, ...settings }, 'out'),
    sink('out'),
    ...outcomes('get'),
  ];
}

/** What a test does with the node `get`. */
export interface GetAlertTester {
  /** Sends a message and waits for what comes out. */
  readonly answerTo: (message: object) => Promise<Message>;
  /** The alert as it is read without its parts. The platform leaves out what these three would be null for. */
  readonly plain: (id: string) => Record<string, unknown>;
}

const PARTS = ['comments', 'history', 'countermeasures', 'cases'];
const ABSENT_WHEN_NULL = ['custom_status_uuid', 'verdict_uuid', 'assignee'];

export function getAlertTester(fixture: NodeFixture): GetAlertTester {
  const answerTo: GetAlertTester['answerTo'] = async (message) => {
    const { nodeRed } = fixture;
    const known = nodeRed.messages('out').length;
    nodeRed.send('get', message);
    return (await nodeRed.received('out', known + 1)).at(-1)!;
  };
  const plain: GetAlertTester['plain'] = (id) => {
    const known = Object.entries(fixture.platform.alerts.get(id)!).filter(
      ([field, value]) => !PARTS.includes(field) && !(value === null && ABSENT_WHEN_NULL.includes(field)),
    );
    return { ...Object.fromEntries(known), stix: {} };
  };
  return { answerTo, plain };
}
