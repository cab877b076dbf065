import assert from 'node:assert/strict';

import { type KnownTime, creationTime } from '../../../lib/delivery/creation-time';

const NOW = 1_700_000_000;
const HOUR = 3_600;
const YEAR = 365 * 24 * HOUR;
const EXACT: KnownTime = { seconds: NOW, exact: true };
const AT_LEAST: KnownTime = { seconds: NOW, exact: false };

describe('the creation time of an alert', () => {
  const cases: [
    what: string,
    value: unknown,
    now: KnownTime | undefined,
    forLedger: number | null,
    credible: boolean,
    implausible: boolean,
  ][] = [
    ['some time ago', NOW - 60, EXACT, NOW - 60, true, false],
    ['as ISO 8601', '2023-11-14T22:13:20Z', EXACT, NOW, true, false],
    ['a little ahead', NOW + 200, EXACT, NOW + 200, true, false],
    ['two hours ahead: a clock may be wrong', NOW + 2 * HOUR, EXACT, NOW + 2 * HOUR, false, true],
    ['a year ahead', NOW + YEAR, EXACT, NOW, false, true],
    ['in milliseconds', NOW * 1000 - 60_000, EXACT, NOW, false, true],
    ['in microseconds', NOW * 1e6, EXACT, NOW, false, true],
    ['unreadable', 'soon', EXACT, null, false, false],
    ['missing', undefined, EXACT, null, false, false],
    ['before the window in which it was found', NOW - 2 * YEAR, EXACT, NOW, true, false],
    ['a year after what is known, which may be long past', NOW + YEAR, AT_LEAST, NOW + YEAR, false, false],
    ['before what is known', NOW - 60, AT_LEAST, NOW - 60, true, false],
    ['in milliseconds, of a time that is not known', NOW * 1000, undefined, null, false, true],
    ['at a time that is not known', NOW, undefined, NOW, false, false],
  ];

  for (const [what, value, now, forLedger, credible, implausible] of cases)
    it(what, () => {
      const time = creationTime(value, NOW - YEAR, now);
      assert.deepEqual([time.forLedger, time.credible, time.implausible], [forLedger, credible, implausible]);
    });
});
