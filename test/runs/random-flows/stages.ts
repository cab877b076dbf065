import * as nodes from '../support/nodes';
import type { FlowBuilder } from './flow-builder';

/**
 * Adds nodes to a flow that lead to `next`, the id of a node or '' for the end, and returns the id of the node
 * where they begin.
 */
export type Stage = (flow: FlowBuilder, next: string, depth: number) => string;

const pass: Stage = (flow, next) => flow.func('msg.n = (msg.n || 0) + 1; return msg;', next);

const fresh: Stage = (flow, next) => flow.func('const { _msgid, ...rest } = msg; return { ...rest };', next);

const several: Stage = (flow, next) =>
  flow.func('return [[1, 2].map((copy) => ({ ...msg, payload: { copy, of: msg.payload } }))];', next);

const late: Stage = (flow, next) => {
  const ms = flow.random.pick([0, 30, 250]);
  const done = flow.random.chance(0.5) ? ' node.done();' : '';
  return flow.func(`setTimeout(() => { node.send({ ...msg, late: 1 });${done} }, ${ms});`, next);
};

const lateObject: Stage = (flow, next) =>
  flow.func(`setTimeout(() => node.send(msg, false), ${flow.random.pick([0, 20, 250])});`, next);

const slow: Stage = (flow, next) => {
  const ms = flow.random.between(0, 30);
  return flow.func(`await new Promise((go) => setTimeout(go, ${ms})); return msg;`, next);
};

const change: Stage = (flow, next) => flow.add(nodes.change(flow.id('change'), next));

const sameIds: Stage = (flow, next) => {
  flow.traits.add('same ids');
  return flow.node('change', { rules: [{ t: 'set', p: '_msgid', pt: 'msg', to: 'x', tot: 'str' }] }, next);
};

const choose: Stage = (flow, next, depth) => {
  const rules = [{ t: 'lt', v: '2', vt: 'num' }, { t: 'else' }];
  const settings = { property: 'k', propertyType: 'msg', rules, checkall: 'true', outputs: 2 };
  const other = flow.random.chance(0.5) ? '' : chain(flow, next, depth - 1);
  return flow.node('switch', settings, next, other);
};

const fork: Stage = (flow, next, depth) => {
  const other = chain(flow, '', depth - 1);
  return flow.func('return msg;', [next, other].filter(Boolean).join());
};

const delay: Stage = (flow, next) =>
  flow.add(nodes.delay(flow.id('delay'), flow.random.between(0, 40), next));

const queue: Stage = (flow, next) =>
  flow.add(nodes.rateLimit(flow.id('queue'), flow.random.between(5, 25), next));

const topics: Stage = (flow, next) => {
  const pauseType = flow.random.pick(['queue', 'timed']);
  return flow.node('delay', { pauseType, rate: 40, nbRateUnits: 1, rateUnits: 'second', outputs: 1 }, next);
};

/** Splits the payload, does something with each part, and joins them again. */
const split: Stage = (flow, next, depth) => {
  const join = flow.node('join', { mode: 'auto' }, next);
  const settings = { splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', stream: false };
  const parts = flow.node('split', settings, chain(flow, join, depth - 1));
  return flow.func('msg.payload = [1, 2, 3].map((part) => ({ part, of: msg.kept })); return msg;', parts);
};

/** Joins the messages of several alerts, with what is left over when time is up. */
const join: Stage = (flow, next) => {
  flow.traits.add('joins');
  const settings = { ...nodes.join(flow.id('join'), 2, next), timeout: '0.15' };
  const id = flow.add(settings);
  return flow.func('delete msg.parts; return msg;', id);
};

const batch: Stage = (flow, next, depth) => {
  flow.traits.add('joins');
  const auto = flow.node('join', { mode: 'auto' }, next);
  const between = flow.random.chance(0.5) ? auto : chain(flow, auto, depth - 1);
  const mode = flow.random.pick([
    { mode: 'count', count: 2, overlap: 0 },
    { mode: 'count', count: 2, overlap: 1 },
    { mode: 'interval', interval: 0.08 },
  ]);
  const id = flow.node('batch', mode, between);
  return flow.func('delete msg.parts; return msg;', id);
};

/** A function that joins alerts by itself, and is done with all of them when it sends. */
const collect: Stage = (flow, next) => {
  flow.traits.add('joins');
  const send = 'node.send({ ...msg, payload: list.map(({ payload }) => payload) });';
  const dones = 'for (const { done } of list) done();';
  const order = flow.random.chance(0.5) ? send + dones : dones + send;
  return flow.func(
    `const list = context.get('list') ?? [];
    list.push({ payload: msg.payload, done: node.done });
    context.set('list', list.length < 2 ? list : []);
    if (list.length >= 2) { ${order} }
    if (false) node.done();`,
    next,
  );
};

const call: Stage = (flow, next, depth) => {
  const back = flow.node('link out', { mode: 'return', links: [] });
  const inside = flow.node('link in', { links: [] }, chain(flow, back, depth - 1) || back);
  const settings = { links: [inside], linkType: 'static', timeout: '30' };
  const first = flow.node('link call', settings, next);
  if (flow.random.chance(0.5)) return first;
  const between = flow.func('msg.payload = { again: msg.kept }; return msg;', first);
  return flow.node('link call', settings, between);
};

const subflow: Stage = (flow, next) => {
  const sub = flow.id('sub');
  const inner = flow.id('inner');
  const { random } = flow;
  const code = random.chance(0.5) ? 'return msg;' : 'setTimeout(() => node.send(msg), 10);';
  const last = random.chance(0.5)
    ? nodes.post(inner, '${TARGET}', '')
    : nodes.delay(inner, random.between(0, 20), '');
  flow.nodes.push({
    ...{ id: sub, type: 'subflow', name: sub, in: [{ wires: [{ id: `${inner}a` }] }] },
    out: [{ wires: [{ id: inner, port: 0 }] }],
    env: [{ name: 'TARGET', type: 'str', value: `${flow.url}/${flow.seed}/${inner}` }],
  });
  flow.add(nodes.func(`${inner}a`, code, inner), sub);
  flow.add(last, sub);
  return flow.node(`subflow:${sub}`, {}, flow.restore(next));
};

/** Lets through one alert and drops what comes right after it, or what came right before it. */
const trigger: Stage = (flow, next) => {
  const { random } = flow;
  const kinds = [
    { op1type: 'nul', op2type: 'payl', extend: true },
    { op1type: 'nul', op2type: 'payl', extend: false },
    { op1type: 'pay', op2type: 'nul', extend: false },
    { op1type: 'pay', op2type: 'payl', extend: false },
    { op1type: 'pay', op2type: 'pay', extend: false },
  ];
  const settings = {
    ...random.pick(kinds),
    duration: String(random.pick([10, 90, 250])),
    units: 'ms',
    outputs: 1,
  };
  return flow.node('trigger', { ...settings, op1: '', op2: '' }, next);
};

/** Asks whether the message is refused, and throws if so. What fails may be tried again by a Catch branch. */
const check: Stage = (flow, next) => {
  const { random } = flow;
  const id = flow.id('check');
  const late = 'setTimeout(() => node.error("refused", msg), 5); return;';
  const how = random.pick(['throw new Error("refused");', 'node.error("refused", msg); return;', late]);
  if (how === late) flow.lateReporters.add(id);
  const code = `if (global.get('refuses')(${flow.seed}, "${id}", msg)) { ${how} }
    return msg;`;
  flow.add(nodes.func(id, code, next));
  catching(flow, id);
  return id;
};

/** Runs a command that ends with a code of its own. */
const command: Stage = (flow, next) => {
  const { random } = flow;
  const id = flow.id('exec');
  const useSpawn = random.pick(['true', 'false']);
  const after = flow.restore(next);
  const settings = { useSpawn, addpay: 'code', oldrc: random.chance(0.3) };
  const wires = useSpawn === 'true' ? ['', '', after] : [after, '', ''];
  flow.add(
    nodes.exec(id, useSpawn === 'true' ? 'sh test/runs/random-flows/exit.sh' : 'exit', settings, ...wires),
  );
  // The code is part of what the command is called with: none is ever called with the same again.
  const code = `const n = (context.get('n') ?? 0) + 1;
    context.set('n', n);
    msg.code = global.get('refuses')(${flow.seed}, "${id} " + n, msg) ? 3 : 0;
    return msg;`;
  return flow.func(code, id);
};

/** Sends the payload to the target. What is refused may be sent again, by the flow or a Catch branch, or told of. */
const send: Stage = (flow, next) => {
  const { random } = flow;
  const id = flow.id('http');
  const settings = { senderr: random.chance(0.5), persist: random.chance(0.2), ret: 'txt' };
  const wire = (after: string): string =>
    flow.add({ ...nodes.post(id, `${flow.url}/${flow.seed}/${id}`, after), ...settings });
  catching(flow, id);
  const restored = next === '' ? '' : flow.restore(next);
  if (random.chance(0.4)) return wire(restored);
  const refused = random.pick([
    'if ((msg.tries || 0) >= 3) return null; msg.tries = (msg.tries || 0) + 1;',
    'if (msg.noticed) return null; msg.noticed = true; msg.kept = { notice: msg.kept };',
  ]);
  const again = flow.func(`${refused} msg.payload = msg.kept; delete msg.statusCode; return msg;`, id);
  const rules = [{ t: 'lt', v: '400', vt: 'num' }, { t: 'else' }];
  const status = { property: 'statusCode', propertyType: 'msg', rules, checkall: 'true', outputs: 2 };
  const waiting = random.pick([again, delay(flow, again, 0), queue(flow, again, 0)]);
  return flow.func(
    'msg.kept = msg.payload; return msg;',
    wire(flow.node('switch', status, restored, waiting)),
  );
};

/** What a Catch branch does about a node that fails. */
function catching(flow: FlowBuilder, id: string): void {
  const { random } = flow;
  const kind = random.pick(['none', 'none', 'again', 'other', 'notice']);
  if (kind === 'none') return;
  // Each try is noted in a property of its own: one that is changed makes it another input.
  const tries = `const tries = Object.keys(msg).filter((name) => name.startsWith("${id}-")).length;`;
  const tried = `["${id}-" + tries]: 1`;
  const again = `if (tries >= 2) return null; return { ...msg, ${tried} };`;
  const payload = '{ other: msg.payload }';
  const other = `if (tries > 0) return null; return { ...msg, ${tried}, payload: ${payload} };`;
  const notice = `if (tries > 0) return null; return { ${tried}, payload: ${payload}, kept: ${payload} };`;
  const code = tries + { again, other, notice }[kind]!;
  const branch = flow.func(code, random.chance(0.5) ? id : delay(flow, id, 0));
  flow.add(nodes.catchNode(flow.id('catch'), [id], branch));
}

/** The more often a stage is in here, the more often it is in flows. */
const STAGES: readonly Stage[] = [
  ...[pass, fresh, several, late, lateObject, slow, change, choose, fork, delay, queue, queue, topics, split],
  ...[join, join, batch, collect, call, call, subflow, trigger, check, check, command, send, send, send],
];

/** Some stages, one after the other. */
export function chain(flow: FlowBuilder, next: string, depth: number): string {
  let first = next;
  for (let left = depth <= 0 ? 0 : flow.random.between(1, 3); left > 0; left -= 1)
    first = flow.random.pick(STAGES)(flow, first, depth);
  return first;
}

/** Adds a flow of some stages, the last of which sends. */
export function buildFlow(flow: FlowBuilder): void {
  const { random } = flow;
  let first = send(flow, '', 2);
  for (let left = random.between(1, 4); left > 0; left -= 1) first = random.pick(STAGES)(flow, first, 2);
  if (random.chance(0.05)) first = sameIds(flow, first, 0);
  const keep = flow.func('msg.kept = msg.payload; return msg;', first);
  flow.add({ ...nodes.node('test-trigger', flow.triggerId, {}, keep) });
}
