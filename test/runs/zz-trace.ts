import { Rounds } from './random-flows/round';
import { hooks } from './support/bench';
import { judge } from './random-flows/judge';
import { describeVerdict } from './random-flows/describe';
(async () => {
  const seed = Number(process.argv[2]);
  const rounds = new Rounds();
  await rounds.open();
  const flow = rounds.flowOf(seed);
  for (const n of flow.nodes) {
    const { x, y, z, info, name, libs, ...r } = n as any;
    console.log(JSON.stringify(r));
  }
  const t0 = performance.now();
  const objs = new WeakMap();
  let c = 0;
  const oid = (m: any) => {
    if (!objs.has(m)) objs.set(m, ++c);
    return '#' + objs.get(m);
  };
  const show = (m: any) =>
    `${oid(m)} ${String(m._msgid).slice(0, 6)} ${JSON.stringify(m.payload)} ${m.statusCode ?? ''} ${m.error ? 'E' : ''}`;
  const log = (...a: any[]) => console.log(Math.round(performance.now() - t0), ...a);
  hooks.add('preDeliver.trace', ((e: any) => {
    log('send', e.source.id, '->', e.destination.id, show(e.msg));
  }) as any);
  hooks.add('onReceive.trace', ((e: any) => {
    log('recv', e.destination.id, show(e.msg));
  }) as any);
  hooks.add('onComplete.trace', ((e: any) => {
    log('done', e.node.id, oid(e.msg), String(e.msg._msgid).slice(0, 6), e.error ? 'ERR ' + e.error : '');
  }) as any);
  for (let i = 0; i < Number(process.argv[3] ?? 1); i++) {
    const v = await rounds.run([seed]);
    for (const x of v) console.log(describeVerdict(x));
    const j = judge(v);
    console.log('FALSE', j.falseSuccesses.length, j.falseFailures.length);
    if (j.falseSuccesses.length + j.falseFailures.length) break;
  }
  process.exit(0);
})();
