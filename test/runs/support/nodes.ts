import type { FlowNode } from '../../../scripts/node-red-process';

/** A node on the tab; each of `wires` is an output: the ids it is wired to, separated by commas. */
export function node(
  type: string,
  id: string,
  settings: Record<string, unknown> = {},
  ...wires: string[]
): FlowNode {
  // Without a place on the tab it would be taken for a configuration node.
  return { id, type, z: 'tab', x: 0, y: 0, name: '', ...settings, wires: wires.map(ids) };
}

export function trigger(...wires: string[]): FlowNode {
  return node('test-trigger', 'trigger', {}, ...wires);
}

export function sink(id = 'sink'): FlowNode {
  return node('sink', id);
}

export function func(id: string, code: string, ...wires: string[]): FlowNode {
  return node('function', id, { func: code, outputs: wires.length, libs: [] }, ...wires);
}

export function change(id: string, ...wires: string[]): FlowNode {
  const rules = [{ t: 'set', p: id, pt: 'msg', to: 'seen', tot: 'str' }];
  return node('change', id, { rules }, ...wires);
}

/** Sends on output 1 what has this payload, on output 2 all else. */
export function switchOn(id: string, value: string, ...wires: string[]): FlowNode {
  const rules = [{ t: 'eq', v: value, vt: 'str' }, { t: 'else' }];
  const settings = { property: 'payload', propertyType: 'msg', rules, checkall: 'true', outputs: 2 };
  return node('switch', id, settings, ...wires);
}

export function delay(id: string, ms: number, ...wires: string[]): FlowNode {
  return node('delay', id, { pauseType: 'delay', timeout: ms, timeoutUnits: 'milliseconds' }, ...wires);
}

/** Lets one message through per `everyMs` and queues the rest. */
export function rateLimit(id: string, everyMs: number, ...wires: string[]): FlowNode {
  const settings = {
    pauseType: 'rate',
    rate: 1_000 / everyMs,
    nbRateUnits: 1,
    rateUnits: 'second',
    drop: false,
  };
  return node('delay', id, settings, ...wires);
}

export function catchNode(id: string, scope: string[] | null, ...wires: string[]): FlowNode {
  return node('catch', id, { scope, uncaught: false }, ...wires);
}

/** Requests `msg.url`; with `senderr`, what gets no answer goes to Catch nodes only. */
export function httpRequest(id: string, senderr: boolean, ...wires: string[]): FlowNode {
  const settings = { method: 'GET', ret: 'txt', url: '', persist: false, senderr, headers: [] };
  return node('http request', id, settings, ...wires);
}

/** Posts the payload to an address, which may be a template. */
export function post(id: string, url: string, ...wires: string[]): FlowNode {
  const settings = { method: 'POST', ret: 'txt', url, persist: false, senderr: false, headers: [] };
  return node('http request', id, settings, ...wires);
}

/** Joins so many messages to a list. */
export function join(id: string, count: number, ...wires: string[]): FlowNode {
  const settings = { mode: 'custom', build: 'array', count: String(count), property: 'payload' };
  return node('join', id, { ...settings, propertyType: 'msg', accumulate: false }, ...wires);
}

export function exec(id: string, command: string, settings: object, ...wires: string[]): FlowNode {
  const defaults = { command, addpay: '', append: '', useSpawn: 'false', timer: '', oldrc: false };
  return node('exec', id, { ...defaults, ...settings }, ...wires);
}

function ids(list: string): string[] {
  return list === '' ? [] : list.split(',');
}
