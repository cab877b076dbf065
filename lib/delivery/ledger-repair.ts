import type { Repaired } from '../storage/journal';
import { OVERLAP_SECONDS } from './ledger';
import { ENTRY_STATES, type EntryState } from './entry';
import type { LedgerRecord } from './ledger-record';

/** Alerts that a message names. */
const MAX_NAMED = 20;

/**
 * Builds the records with which a ledger continues if part of its journal is unreadable. The cursor stays where
 * the intact part left it, so the next read finds the alerts whose records are lost. Final states after the
 * damage also count, so delivered alerts are not sent again. An unfinished alert that appears only after the
 * damage is queued.
 */
export function repairRecords(
  intact: readonly LedgerRecord[],
  behind: readonly LedgerRecord[],
): Repaired<LedgerRecord> {
  const items = [...intact.filter(isLedgerRecord)];
  const rest = behind.filter(isLedgerRecord);
  const known = new Set<unknown>(items.filter(([kind]) => isWhole(kind)).map(([, uuid]) => uuid));
  const latest = Math.max(0, ...timesOf(items), ...timesOf(rest));
  if (!items.some(([kind]) => kind === 'since' || kind === 'cursor')) items.unshift(...beginning(rest));
  for (const record of rest) {
    const [kind, uuid] = record;
    // Its previous records are lost. It was created before this time, so it is remembered for long enough.
    if (isAboutAlert(kind) && !known.has(uuid)) items.push(['queued', String(uuid), latest, 'retry']);
    if (isWhole(kind) || isAboutAlert(kind)) known.add(uuid);
    if (kind !== 'cursor' && (kind !== 'created' || known.has(uuid))) items.push(record);
  }
  return { items, consequences: consequencesOf(items) };
}

/** Whether a value has the form of a record, even of an unknown kind. */
export function isLedgerRecord(value: unknown): value is LedgerRecord {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false;
  const [kind, about, createdAt] = value as unknown[];
  if (kind === 'since' || kind === 'cursor') return Number.isFinite(about);
  if (typeof about !== 'string') return false;
  if (kind === 'entry' && !ENTRY_STATES.includes(value[3] as EntryState)) return false;
  return !isWhole(String(kind)) || Number.isFinite(createdAt);
}

/** Whether a record needs no other one before it. */
function isWhole(kind: string): boolean {
  return kind === 'queued' || kind === 'entry';
}

function isAboutAlert(kind: LedgerRecord[0]): boolean {
  return kind !== 'since' && kind !== 'cursor' && kind !== 'created' && !isWhole(kind);
}

function timesOf(records: readonly LedgerRecord[]): number[] {
  return records.flatMap((record) => {
    if (record[0] === 'since' || record[0] === 'cursor') return [record[1]];
    if (record[0] === 'queued' || record[0] === 'created' || record[0] === 'entry') return [record[2]];
    return [];
  });
}

/** The start time is lost: the trigger continues from the earliest known time. */
function beginning(rest: readonly LedgerRecord[]): LedgerRecord[] {
  const times = timesOf(rest);
  if (times.length === 0) return [];
  const earliest = Math.min(...times) - OVERLAP_SECONDS;
  return [
    ['since', earliest],
    ['cursor', earliest],
  ];
}

function consequencesOf(items: readonly LedgerRecord[]): string {
  const open = new Set<string>();
  let cursor: number | undefined;
  for (const record of items) {
    const [kind, about] = record;
    const state = kind === 'entry' ? record[3] : kind;
    if (kind === 'cursor' || (kind === 'since' && cursor === undefined)) cursor = about;
    else if (state === 'delivered' || state === 'filtered' || state === 'dead') open.delete(String(about));
    else if (kind !== 'since' && kind !== 'created') open.add(about);
  }
  const uuids = [...open];
  const named = uuids.slice(0, MAX_NAMED).join(', ');
  const more = uuids.length > MAX_NAMED ? ` and ${uuids.length - MAX_NAMED} more` : '';
  const underWay =
    uuids.length === 0 ? '' : `These alerts were being sent and may arrive twice: ${named}${more}. `;
  const from =
    cursor === undefined
      ? 'The trigger reads new alerts from now on'
      : `Alerts created since ${new Date((cursor - OVERLAP_SECONDS) * 1000).toISOString()} are read again, and may arrive twice if the records of their deliveries are lost`;
  return `${underWay}${from}`;
}
