import type { FlowNode } from '../../scripts/node-red-process';
import { API_KEY } from './api-key';

export interface Places {
  platformUrl: string;
  targetUrl: string;
}

const TAB: FlowNode = { id: 'tab', type: 'tab', label: 'Benchmark' };

/** Node-RED takes a node without a place for a configuration. */
const ON_TAB = { z: 'tab', x: 0, y: 0 };

/** The last node of every flow: the same for all. */
function toTarget({ targetUrl }: Places): FlowNode {
  return {
    id: 'to-target',
    type: 'http request',
    ...ON_TAB,
    method: 'POST',
    ret: 'obj',
    paytoqs: 'ignore',
    url: targetUrl,
    persist: true,
    senderr: true,
    headers: [],
    wires: [[]],
  };
}

/** This package, with its defaults: durable delivery, runs followed. */
export function packageFlow(
  places: Places,
  trigger: Record<string, unknown> = {},
  requestsPerSecond = 0,
): FlowNode[] {
  return [
    TAB,
    {
      id: 'config',
      type: 'sekoia-config',
      baseUrl: places.platformUrl,
      requestsPerSecond,
      credentials: { apiKey: API_KEY },
    },
    {
      id: 'trigger',
      type: 'sekoia-alert-created',
      ...ON_TAB,
      config: 'config',
      ...trigger,
      wires: [['get-alert']],
    },
    { id: 'get-alert', type: 'sekoia-get-alert', ...ON_TAB, config: 'config', wires: [['body']] },
    {
      id: 'body',
      type: 'sekoia-template',
      ...ON_TAB,
      template: `{"alert_short_id":"{{ node.0['alert_uuid'] }}","rule_name":"{{ node.1['rule']['name'] }}","rule_severity":"{{ node.1['rule']['severity'] }}","description":"This is a description"}`,
      wires: [['to-target']],
    },
    toTarget(places),
  ];
}

const ONLY_NEW_ALERTS = `
  if (!msg.payload.attributes || msg.payload.attributes.event !== 'alert-created') return null;
  const uuid = msg.payload.attributes.alert_uuid;
`;

/** What the platform's documentation leads to, with core nodes only. @param between before the read of an alert */
export function byHandFlow(places: Places, between?: FlowNode): FlowNode[] {
  const fetch: FlowNode = {
    id: 'read',
    type: 'http request',
    ...ON_TAB,
    method: 'GET',
    ret: 'obj',
    paytoqs: 'ignore',
    url: `${places.platformUrl}/v1/sic/alerts/{{{uuid}}}`,
    persist: true,
    senderr: true,
    headers: [header('Authorization', `Bearer ${API_KEY}`)],
    wires: [['change']],
  };
  return [
    TAB,
    ...listening(places),
    functionNode(`${ONLY_NEW_ALERTS} return { uuid };`, between?.id ?? 'read'),
    ...(between ? [{ ...between, ...ON_TAB, wires: [['read']] }] : []),
    fetch,
    change(
      '{ "alert_short_id": payload.uuid, "rule_name": payload.rule.name, "rule_severity": payload.rule.severity, "description": "This is a description" }',
    ),
    toTarget(places),
  ];
}

/** The same without the read of the alert: no flow that reads it can be faster. */
export function ceilingFlow(places: Places): FlowNode[] {
  return [
    TAB,
    ...listening(places),
    functionNode(
      `${ONLY_NEW_ALERTS} return { payload: { uuid, rule: { name: 'A rule', severity: 50 } } };`,
      'change',
    ),
    change(
      '{ "alert_short_id": payload.uuid, "rule_name": payload.rule.name, "rule_severity": payload.rule.severity, "description": "This is a description" }',
    ),
    toTarget(places),
  ];
}

/** Each alert in a turn of its own, so that the platform's limit is kept. */
export const FIVE_A_SECOND: FlowNode = {
  id: 'limit',
  type: 'delay',
  pauseType: 'rate',
  rate: '5',
  nbRateUnits: '1',
  rateUnits: 'second',
  drop: false,
  outputs: 1,
};

function listening({ platformUrl }: Places): FlowNode[] {
  return [
    {
      id: 'live',
      type: 'websocket-client',
      path: `${platformUrl.replace('http', 'ws')}/live/`,
      wholemsg: 'false',
      hb: '0',
      headers: [header('Cookie', `access_token_cookie=${API_KEY}`)],
    },
    { id: 'in', type: 'websocket in', ...ON_TAB, server: '', client: 'live', wires: [['json']] },
    { id: 'json', type: 'json', ...ON_TAB, property: 'payload', action: 'obj', wires: [['new']] },
  ];
}

function functionNode(func: string, next: string): FlowNode {
  return { id: 'new', type: 'function', ...ON_TAB, func, outputs: 1, libs: [], wires: [[next]] };
}

function change(jsonata: string): FlowNode {
  const rules = [{ t: 'set', p: 'payload', pt: 'msg', to: jsonata, tot: 'jsonata' }];
  return { id: 'change', type: 'change', ...ON_TAB, rules, wires: [['to-target']] };
}

function header(name: string, value: string): Record<string, string> {
  return { keyType: 'other', keyValue: name, valueType: 'other', valueValue: value };
}
