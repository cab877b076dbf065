import assert from 'node:assert/strict';

import { type AlertFields, COMMUNITIES, CUSTOM_STATUSES, ENTITIES, STATUSES } from '../../simulator';
import { alertOf, trigger, useNodeFixture } from './support';

interface FilterCase {
  what: string;
  filter: Record<string, unknown>;
  passes: AlertFields[];
  fails: AlertFields[];
}

const named = (name: string): AlertFields => ({ rule: { name } });
const urgent = (value: number): AlertFields => ({ urgency: { current_value: value } });
const custom = ({ uuid, status }: { uuid: string; status: object }): AlertFields => ({
  custom_status_uuid: uuid,
  custom_status: status,
});
const notCustom: AlertFields = { custom_status_uuid: null, custom_status: null };
const typed = (category: string, value: string): AlertFields => ({ alert_type: { category, value } });

const RULE = { uuid: '12345678-aaaa-4bbb-8ccc-123456789abc', name: 'A rule (with) [signs].+?' };
const [lyon, headOffice, plant] = ENTITIES;
const [main, subsidiary] = COMMUNITIES;

const CASES: FilterCase[] = [
  {
    what: 'nothing lets everything through',
    filter: {},
    passes: [urgent(0), urgent(100), { entity: null }, custom(CUSTOM_STATUSES.closed), {}],
    fails: [],
  },
  {
    what: 'lists of nothing let everything through',
    filter: { rules: [], statuses: [''], entities: ['  '], communities: null, alertTypes: '' },
    passes: [{}, { entity: null }],
    fails: [],
  },
  {
    what: 'rules: an exact name, whatever signs are in it',
    filter: { rules: [RULE.name] },
    passes: [named(RULE.name)],
    fails: [
      named('A rule (with) [signs]'),
      named('A rule (with) [signs].'),
      named('A rule with s'),
      named('a rule (with) [signs].+?'),
      named(`${RULE.name} and more`),
    ],
  },
  {
    what: 'rules: a uuid',
    filter: { rules: [RULE.uuid] },
    passes: [{ rule: RULE }, { rule: { uuid: RULE.uuid, name: 'Renamed since' } }],
    fails: [
      { rule: { name: RULE.name, uuid: '12345678-aaaa-4bbb-8ccc-123456789abd' } },
      named(RULE.uuid.slice(1)),
    ],
  },
  {
    what: 'rules: * for any text, also in several lines',
    filter: { rules: ['EDR*', '*ransom*note*', '*\\share'] },
    passes: [
      named('EDR'),
      named('EDR: first line\nsecond line'),
      named('A ransom note'),
      named('ransomnote'),
      named('\\\\server\\share'),
    ],
    fails: [named('An EDR'), named('note of ransom'), named('edr: x'), named('\\\\server\\shared')],
  },
  {
    what: 'rules: one of several, also as lines of a text',
    filter: { rules: ' One \n\n Two ' },
    passes: [named('One'), named('Two')],
    fails: [named('One \n\n Two'), named('Three')],
  },
  {
    what: 'urgency: both ends belong to it',
    filter: { urgencyMin: 20, urgencyMax: 60 },
    passes: [urgent(20), urgent(40), urgent(60)],
    fails: [urgent(0), urgent(19), urgent(61), urgent(100)],
  },
  {
    what: 'urgency: numbers that are written as text',
    filter: { urgencyMin: '90', urgencyMax: '' },
    passes: [urgent(90), urgent(100)],
    fails: [urgent(89)],
  },
  {
    what: 'urgency: a single value',
    filter: { urgencyMin: 50, urgencyMax: 50 },
    passes: [urgent(50)],
    fails: [urgent(49), urgent(51)],
  },
  {
    what: 'statuses: the name or the uuid',
    filter: { statuses: ['Ongoing', STATUSES.Acknowledged.uuid] },
    passes: [
      { status: { name: 'Ongoing' }, ...notCustom },
      { status: { name: 'Acknowledged' }, ...notCustom },
    ],
    fails: [
      { status: { name: 'Pending' }, ...notCustom },
      { status: { name: 'Closed' }, ...notCustom },
    ],
  },
  {
    what: 'statuses: the label of a custom one',
    filter: { statuses: [CUSTOM_STATUSES.inProgress.status.label] },
    passes: [custom(CUSTOM_STATUSES.inProgress)],
    fails: [custom(CUSTOM_STATUSES.open), custom(CUSTOM_STATUSES.closed), notCustom],
  },
  {
    what: 'statuses: the uuid of a custom one',
    filter: { statuses: [CUSTOM_STATUSES.closed.uuid] },
    passes: [custom(CUSTOM_STATUSES.closed)],
    fails: [custom(CUSTOM_STATUSES.open), notCustom],
  },
  {
    what: 'statuses: the stage of a custom one',
    filter: { statuses: ['In progress'] },
    passes: [custom(CUSTOM_STATUSES.inProgress)],
    fails: [custom(CUSTOM_STATUSES.open), custom(CUSTOM_STATUSES.closed), notCustom],
  },
  {
    what: 'entities: the name, the uuid or *; an alert without one does not pass',
    filter: { entities: [lyon!.name, headOffice!.uuid, 'Branch *'] },
    passes: [
      { entity: { name: lyon!.name } },
      { entity: { name: headOffice!.name } },
      { entity: { name: 'Branch 7' } },
    ],
    fails: [{ entity: { name: plant!.name } }, { entity: null }, { entity: { name: 'Site Lyon 2' } }],
  },
  {
    what: 'communities: the uuid',
    filter: { communities: [subsidiary!.uuid] },
    passes: [{ community_uuid: subsidiary!.uuid }],
    fails: [{ community_uuid: main.uuid }, { community_uuid: '00000000-0000-4000-8000-000000000000' }],
  },
  {
    what: 'alert types: a category, a value or both',
    filter: { alertTypes: ['fraud', 'ransomware', 'intrusions/system-compromise'] },
    passes: [
      typed('fraud', 'phishing'),
      typed('malicious-code', 'ransomware'),
      typed('intrusions', 'system-compromise'),
    ],
    fails: [
      typed('malicious-code', 'infected-system'),
      typed('intrusions', 'application-compromise'),
      typed('other', 'system-compromise'),
    ],
  },
  {
    what: 'several filters: an alert must pass all',
    filter: { rules: ['Login*'], urgencyMin: 50, alertTypes: ['fraud'] },
    passes: [{ ...named('Login at night'), ...urgent(50), ...typed('fraud', 'phishing') }],
    fails: [
      { ...named('Logout'), ...urgent(50), ...typed('fraud', 'phishing') },
      { ...named('Login'), ...urgent(49), ...typed('fraud', 'phishing') },
      { ...named('Login'), ...urgent(50), ...typed('intrusions', 'phishing') },
    ],
  },
];

describe('the filters of sekoia-alert-created', () => {
  const fixture = useNodeFixture();

  for (const { what, filter, passes, fails } of CASES)
    it(what, async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger(filter));
      await nodeRed.status('trigger', 'live');
      for (const fields of fails) platform.raise(fields);
      const expected = passes.map((fields) => platform.raise(fields).uuid);
      await nodeRed.received('alerts', expected.length);

      // One more that passes: what was raised before it has been dealt with.
      expected.push(platform.raise(passes[0]).uuid);
      await nodeRed.alert('alerts', expected.at(-1)!);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf).sort(), expected.sort());
    });

  it('let an alert pass that they cannot judge', async () => {
    const { platform, nodeRed } = fixture;
    await fixture.run(trigger({ urgencyMin: 90 }));
    await nodeRed.status('trigger', 'live');
    const { uuid, ...alert } = platform.raise({}, { announce: false });
    platform.faults.rest({
      path: `/v1/sic/alerts/${uuid}`,
      status: 200,
      body: { ...alert, uuid, urgency: null },
    });
    platform.live.send({
      metadata: { version: 2 },
      type: 'alert',
      action: 'created',
      attributes: { uuid, short_id: alert.short_id },
    });
    const message = await nodeRed.alert('alerts', uuid);
    assert.equal((message.payload as { urgency: unknown }).urgency, null);
  });

  it('apply to alerts of a catch-up read', async () => {
    const { platform, nodeRed } = fixture;
    const createdAt = platform.now() / 1000 - 60;
    platform.raise(urgent(10), { createdAt });
    const { uuid } = platform.raise(urgent(90), { createdAt: createdAt + 1 });
    platform.raise(urgent(20), { createdAt: createdAt + 2 });
    await fixture.run(trigger({ urgencyMin: 50, startFrom: 'ago', startAgoHours: 1 }));
    await nodeRed.status('trigger', 'live');
    const last = platform.raise(urgent(90)).uuid;
    await nodeRed.alert('alerts', last);
    assert.deepEqual(nodeRed.messages('alerts').map(alertOf), [uuid, last]);
  });

  it('read the alert, not its notice', async () => {
    const { platform, nodeRed } = fixture;
    await fixture.run(trigger({ statuses: ['Closed'] }));
    await nodeRed.status('trigger', 'live');
    const { uuid } = platform.raise(notCustom, { announce: false });
    platform.update(uuid, { status: { name: 'Closed' } });
    platform.live.send({
      metadata: { version: 2 },
      type: 'alert',
      action: 'created',
      attributes: { uuid, status_name: 'Pending', status_uuid: STATUSES.Pending.uuid },
    });
    await nodeRed.alert('alerts', uuid);
  });
});
