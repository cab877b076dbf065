import type { Entry } from './entry';
import type { LedgerRecord } from './ledger-record';

/** All that is known of an alert in one record, for when the ledger is rewritten. */
export function recordOf({
  uuid,
  createdAt,
  state,
  source,
  attempt,
  failures,
  passed,
  died,
}: Entry): LedgerRecord {
  // Being read for the first time leaves no trace: it may as well be queued.
  const lasting = state === 'running' && attempt === 0 ? 'queued' : state;
  const record: LedgerRecord = ['entry', uuid, createdAt, lasting, source, attempt, failures, passed];
  if (died !== undefined) record.push(died.at, died.reason, died.code);
  return record;
}

export function entryOf([, ...record]: Extract<LedgerRecord, ['entry', ...unknown[]]>): Entry {
  const [uuid, createdAt, state, source, attempt, failures, passed, at, reason, code] = record;
  const died = at === undefined ? {} : { died: { at, reason: reason ?? '', code: code ?? '' } };
  return { uuid, createdAt, state, source, attempt, failures, passed, ...died };
}
