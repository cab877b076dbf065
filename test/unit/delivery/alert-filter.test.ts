import assert from 'node:assert/strict';

import {
  ANY_ALERT,
  type AlertCriteria,
  matchesCriteria,
  lacksCustomStatus,
} from '../../../lib/delivery/alert-filter';
import { deriveAddresses } from '../../../lib/sekoia/addresses';
import { type Alert, summarize } from '../../../lib/sekoia/alert';

const ADDRESSES = deriveAddresses({ baseUrl: 'https://api.sekoia.io' });

const ALERT: Alert = {
  uuid: 'a-1',
  short_id: 'ALabc',
  title: 'Brute force on admin',
  status: { name: 'Pending', uuid: 'status-1' },
  custom_status_uuid: 'custom-1',
  custom_status: { label: 'To triage', stage: 'Open', level: 1 },
  urgency: { current_value: 70 },
  entity: { name: 'ACME', uuid: 'entity-1' },
  alert_type: { category: 'intrusions', value: 'application-compromise' },
  rule: { name: 'Brute force: SSH, RDP', uuid: 'rule-1', severity: 60 },
  community_uuid: 'community-1',
};

const EMPTY: Alert = { uuid: 'a-2' };

function passes(criteria: Partial<AlertCriteria>, alert = ALERT): boolean {
  return matchesCriteria(alert, summarize(alert, ADDRESSES), { ...ANY_ALERT, ...criteria });
}

describe('the alert filter', () => {
  it('accepts every alert when nothing is set', () => {
    assert.ok(passes({}));
    assert.ok(passes({}, EMPTY));
  });

  const lists: [name: keyof AlertCriteria, matching: string[], others: string[]][] = [
    [
      'rules',
      ['Brute force: SSH, RDP', 'rule-1', 'Brute*', '*SSH*', 'rule-*', '*'],
      ['Brute force', 'brute force: ssh, rdp', 'rule-2', 'SSH*'],
    ],
    [
      'statuses',
      ['Pending', 'status-1', 'custom-1', 'To triage', 'Open', 'Pend*', '*triage'],
      ['pending', 'Closed', 'status-2', '1'],
    ],
    ['entities', ['ACME', 'entity-1', 'AC*'], ['acme', 'entity-2', 'ACME Corp']],
    ['communities', ['community-1', 'community-*'], ['community-2', 'ACME']],
    [
      'alertTypes',
      [
        'intrusions',
        'application-compromise',
        'intrusions/application-compromise',
        'intrusions/*',
        '*/application-*',
      ],
      ['intrusion', 'malware', 'intrusions/malware', 'malware/application-compromise'],
    ],
  ];
  for (const [name, matching, others] of lists)
    describe(name, () => {
      for (const pattern of matching)
        it(`accepts a match of ${pattern}`, () => assert.ok(passes({ [name]: [pattern] })));
      for (const pattern of others)
        it(`rejects what ${pattern} does not match`, () => assert.ok(!passes({ [name]: [pattern] })));

      it('needs only one match', () => {
        assert.ok(passes({ [name]: [...others, matching[0]!] }));
        assert.ok(!passes({ [name]: others }));
      });

      it('rejects an alert without the field', () => {
        assert.ok(!passes({ [name]: [matching[0]!] }, EMPTY));
      });
    });

  describe('urgency', () => {
    const ranges: [min: number, max: number, passes: boolean][] = [
      [0, 100, true],
      [70, 70, true],
      [70, 100, true],
      [0, 70, true],
      [71, 100, false],
      [0, 69, false],
      [80, 20, false],
    ];
    for (const [urgencyMin, urgencyMax, expected] of ranges)
      it(`of 70 ${expected ? 'is' : 'is not'} within ${urgencyMin} and ${urgencyMax}`, () => {
        assert.equal(passes({ urgencyMin, urgencyMax }), expected);
      });

    it('passes at both ends of the range', () => {
      for (const current_value of [0, 100]) assert.ok(passes({}, { ...ALERT, urgency: { current_value } }));
    });

    it('passes when it is unknown', () => {
      assert.ok(passes({ urgencyMin: 90 }, EMPTY));
      assert.ok(passes({ urgencyMin: 90 }, { ...ALERT, urgency: { current_value: null } }));
    });
  });

  describe('the stage of a custom status', () => {
    const inStage = (stage: string): Alert => ({ ...ALERT, custom_status: { label: 'Ours', stage } });

    for (const stage of ['in_progress', 'In progress', 'IN PROGRESS', 'in-progress'])
      for (const wanted of ['in_progress', 'In progress', 'In Progress', 'in-progress', 'in_*'])
        it(`${stage} matches ${wanted}`, () => {
          assert.ok(passes({ statuses: [wanted] }, inStage(stage)));
        });

    for (const [stage, wanted] of [
      ['open', 'Open'],
      ['closed', 'Closed'],
      ['Open', 'open'],
    ] as const)
      it(`${stage} matches ${wanted}`, () => {
        assert.ok(passes({ statuses: [wanted] }, inStage(stage)));
      });

    it('does not match another stage', () => {
      assert.ok(!passes({ statuses: ['Open', 'Closed'] }, inStage('in_progress')));
    });

    it('does not change the case of labels', () => {
      assert.ok(!passes({ statuses: ['ours'] }, inStage('open')));
    });
  });

  it('detects that a list left out the custom status', () => {
    assert.ok(lacksCustomStatus({ uuid: 'a', custom_status_uuid: 'custom-1' }));
    assert.ok(lacksCustomStatus({ uuid: 'a', custom_status_uuid: 'custom-1', custom_status: null }));
    assert.ok(!lacksCustomStatus({ uuid: 'a', custom_status_uuid: null }));
    assert.ok(!lacksCustomStatus(EMPTY));
    assert.ok(!lacksCustomStatus(ALERT));
  });

  it('requires all criteria', () => {
    const all: AlertCriteria = {
      rules: ['Brute*'],
      urgencyMin: 50,
      urgencyMax: 80,
      statuses: ['Pending'],
      entities: ['ACME'],
      communities: ['community-1'],
      alertTypes: ['intrusions'],
    };
    assert.ok(passes(all));
    for (const [name] of lists) assert.ok(!passes({ ...all, [name]: ['nothing like it'] }));
    assert.ok(!passes({ ...all, urgencyMin: 75 }));
  });

  it('does not fail on parts of any type', () => {
    for (const wrong of [null, 7, 'text', [], {}, { label: 7, stage: null }]) {
      const alert: Alert = {
        ...ALERT,
        custom_status: wrong,
        custom_status_uuid: wrong,
        status: wrong,
        rule: wrong,
      };
      assert.equal(passes({ statuses: ['Open'] }, alert), false);
      assert.equal(passes({ rules: ['Brute*'] }, alert), false);
    }
  });
});
