import type { AlertItem, Author, CustomField, FieldName, HistoryChange, HistoryEntry } from './alert';
import type { AlertRecord } from './alert-record';
import { uuidOf } from './random';
import { STATUSES, customStatusByLabel } from './statuses';
import { DETECTION } from './tenants';

/** What a change of an alert adds to its history: one entry for each of these. */
export type Change = Partial<HistoryChange>;

export function historyEntry(uuid: string, by: Author, atMs: number, change: Change): HistoryEntry {
  const [kind = 'alert'] = Object.keys(change) as (keyof HistoryChange)[];
  return {
    uuid,
    created_at: Math.floor(atMs / 1000),
    created_by: by.uuid,
    created_by_type: by.type,
    entry_type: kind,
    ...change,
    history_comments: [],
  };
}

/** The oldest first. That the title has no entry is what the platform's description says. */
export function changesBetween(before: AlertItem, after: AlertItem): Change[] {
  return [
    ...statusChange(before, after),
    ...urgencyChange(before, after),
    ...textChanges(before, after),
    ...verdictChange(before, after),
    ...fieldsChange(before.custom_fields, after.custom_fields),
  ];
}

/** From the raising of the alert on, the oldest entry first. */
export function drawHistory(record: AlertRecord, item: AlertItem): readonly HistoryEntry[] {
  if (record.fields.history) return record.fields.history;
  const later = record.history ?? [];
  // The status it was raised with is what the first change took away.
  const status = later.find(({ alert }) => alert)?.alert?.previous_status ?? statusName(item);
  const raised = historyEntry(uuidOf('history', record.uuid), DETECTION, record.createdAtMs, {
    alert: { status, previous_status: null, ...appearance(status, item) },
  });
  return [raised, ...later];
}

/** What the history calls the status of an alert: the custom one, where there is one. */
function statusName({ custom_status: custom, status }: AlertItem): string {
  return custom?.label ?? status.name;
}

function appearance(status: string, item: AlertItem): { stage: string | null; color: string | null } {
  const own = item.custom_status?.label === status ? item.custom_status : undefined;
  const legacy = Object.hasOwn(STATUSES, status);
  const { stage = null, color = null } =
    own ?? (legacy ? undefined : customStatusByLabel(status)?.status) ?? {};
  return { stage, color };
}

function statusChange(before: AlertItem, after: AlertItem): Change[] {
  const [from, to] = [statusName(before), statusName(after)];
  if (from === to) return [];
  return [{ alert: { status: to, previous_status: from, ...appearance(to, after) } }];
}

function urgencyChange(before: AlertItem, after: AlertItem): Change[] {
  const [from, to] = [before.urgency.current_value, after.urgency.current_value];
  return from === to ? [] : [{ urgency: { value: to, previous_value: from } }];
}

function textChanges(before: AlertItem, after: AlertItem): Change[] {
  const changes: Change[] = [];
  if (before.details !== after.details)
    changes.push({ details: { value: after.details, previous_value: before.details } });
  const [from, to] = [before.alert_type, after.alert_type];
  if (from.category !== to.category || from.value !== to.value)
    changes.push({
      alert_type: { ...to, previous_value: from.value, previous_category: from.category },
    });
  if (before.kill_chain_short_id !== after.kill_chain_short_id)
    changes.push({
      kill_chain: {
        ...(after.kill_chain_short_id !== null && { short_id: after.kill_chain_short_id }),
        previous_short_id: before.kill_chain_short_id,
      },
    });
  if (before.assignee !== after.assignee)
    changes.push({ assignee: { value: after.assignee, previous_value: before.assignee } });
  return changes;
}

function verdictChange({ verdict: from }: AlertItem, { verdict: to }: AlertItem): Change[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [
    {
      verdict: {
        ...(to && { label: to.label }),
        stage: to?.stage ?? null,
        previous_label: from?.label ?? null,
        analysis: to?.analysis ?? null,
      },
    },
  ];
}

function fieldsChange(before: readonly CustomField[], after: readonly CustomField[]): Change[] {
  const valueIn = (fields: readonly CustomField[], uuid: string): string | undefined => {
    const field = fields.find((known) => known.uuid === uuid);
    return field && JSON.stringify(field.value);
  };
  const names = (fields: readonly CustomField[]): FieldName[] =>
    fields.map(({ uuid, name, type }) => ({ uuid, name, type }));
  const added = after.filter(({ uuid }) => valueIn(before, uuid) === undefined);
  const removed = before.filter(({ uuid }) => valueIn(after, uuid) === undefined);
  const updated = after.filter(
    ({ uuid }) => valueIn(before, uuid) !== undefined && valueIn(before, uuid) !== valueIn(after, uuid),
  );
  if (added.length + removed.length + updated.length === 0) return [];
  return [{ custom_fields: { added: names(added), updated: names(updated), removed: names(removed) } }];
}
