import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import { CHOICE_KINDS, Choices } from '../../../lib/sekoia/choices';
import { Platform } from '../../../lib/sekoia/platform';
import { COMMUNITIES, CUSTOM_STATUSES, ENTITIES, startPlatform } from '../../../simulator';
import { KEY, QUICK_REST, endings } from './support';

describe('suggestions', () => {
  const ending = endings();

  async function setUp(errorWindowMs?: number) {
    const simulator = await startPlatform({ apiKey: KEY });
    ending(() => simulator.stop());
    simulator.permissions.clear();
    simulator.permissions.add('View alerts');
    const platform = new Platform({
      baseUrl: simulator.url,
      apiKey: KEY,
      timing: { rest: QUICK_REST, ...(errorWindowMs !== undefined && { limiter: { errorWindowMs } }) },
    });
    ending(() => platform.close());
    const paths = () => simulator.requests.map(({ path }) => path.replace('/v1/sic/', ''));
    return { simulator, platform, paths, choices: platform.choices };
  }

  const values = (choices: { value: string }[]) => choices.map(({ value }) => value);

  it('need only the permission View alerts, of any kind', async () => {
    const { simulator, choices, paths } = await setUp(5);
    simulator.raiseMany(5);
    for (const kind of CHOICE_KINDS) assert.ok((await choices.find(kind, '')).length > 0, kind);
    const refused = simulator.requests.filter(({ status }) => status !== 200);
    assert.deepEqual(
      refused.map(({ path }) => path),
      ['/v1/sic/custom_statuses'],
    );
    assert.equal(paths().filter((path) => path === 'alerts').length, 1, 'alerts are read for statuses only');
  });

  it('contain the typed text in their label, value or description', async () => {
    const { choices } = await setUp();
    assert.deepEqual(values(await choices.find('rules', ' EICAR ')), ['EICAR test file']);
    assert.deepEqual(values(await choices.find('alert-types', 'scanner')), ['information-gathering/scanner']);
    const [main] = COMMUNITIES;
    const [found] = await choices.find('communities', 'lyon');
    const sites = ENTITIES.filter((one) => one.community_uuid === main.uuid).map(({ name }) => name);
    assert.deepEqual(found, { value: main.uuid, label: main.uuid, detail: sites.join(', ') });
  });

  it('include custom statuses if the key may read cases', async () => {
    const { simulator, choices } = await setUp();
    simulator.permissions.add('View cases');
    const labels = Object.values(CUSTOM_STATUSES).map(({ status }) => status.label);
    const found = values(await choices.find('statuses', ''));
    for (const one of [...labels, 'Pending', 'Closed']) assert.ok(found.includes(one), one);
  });

  it('include the custom statuses of recent alerts if it may not', async () => {
    const { simulator, choices } = await setUp();
    simulator.raise({ custom_status_uuid: CUSTOM_STATUSES.inProgress.uuid });
    const found = await choices.find('statuses', '');
    assert.deepEqual(
      found.filter(({ detail }) => detail === 'in_progress'),
      [{ value: 'Investigation <L2>', label: 'Investigation <L2>', detail: 'in_progress' }],
    );
  });

  it('are those of recent alerts when a list is unavailable', async () => {
    const { simulator, choices } = await setUp(5);
    simulator.raise({ rule: { name: 'of our own' } });
    simulator.faults.rest({ path: '/v1/sic/alerts/rules', status: 404 });
    assert.deepEqual(values(await choices.find('rules', '')), ['of our own']);
  });

  it('come from all pages of a list', async () => {
    const { simulator, choices } = await setUp();
    for (let i = 0; i < 120; i += 1) simulator.raise({ rule: { name: `of our own ${i}` } });
    assert.deepEqual(values(await choices.find('rules', 'own 119')), ['of our own 119']);
  });

  it('do not pause reads when they are refused', async () => {
    const { simulator, platform, choices } = await setUp();
    const { uuid } = simulator.raise();
    simulator.faults.rest({ path: /\/alerts\/(rules|entities|types)$/, status: 403 });
    const asked = CHOICE_KINDS.map((kind) => choices.find(kind, '').catch(() => []));
    while ((platform.client.answers.get(403) ?? 0) < 2) await setImmediate();
    await setImmediate();
    assert.equal(platform.limiter.pausedForMs, 0);
    assert.equal((await platform.client.getAlert(uuid)).uuid, uuid);
    await platform.close();
    await Promise.all(asked);
  });

  it('do not request again a list that the key may not read', async () => {
    const { simulator, platform, paths } = await setUp(5);
    const choices = new Choices(platform.client, { rememberForMs: 0 });
    simulator.raise();
    await choices.find('statuses', '');
    await choices.find('statuses', '');
    assert.equal(paths().filter((path) => path === 'custom_statuses').length, 1);
  });

  it('are requested once, however often the user types', async () => {
    const { simulator, choices } = await setUp();
    await Promise.all(['a', 'b', 'c'].map((typed) => choices.find('rules', typed)));
    await choices.find('rules', 'd');
    assert.equal(simulator.requests.length, 1);
  });

  it('time out with a message that says what to do', async () => {
    const { simulator, platform } = await setUp();
    simulator.faults.rest({ hang: true });
    const choices = new Choices(platform.client, { timeoutMs: 20 });
    await assert.rejects(choices.find('rules', ''), /reading alerts has priority. Try again later/);
  });

  it('say what is wrong with the key', async () => {
    const { simulator, choices } = await setUp(5);
    simulator.keyState = 'expired';
    await assert.rejects(choices.find('rules', ''), { code: 'SEKOIA_AUTH' });
    simulator.keyState = 'valid';
    simulator.permissions.clear();
    await assert.rejects(choices.find('rules', ''), { code: 'SEKOIA_FORBIDDEN' });
  });
});
