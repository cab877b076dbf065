import type { AlertFields, AlertItem, Author, Verdict } from '../alerts/alert';
import { customStatusByUuid, STATUSES, statusByUuid, verdictByUuid } from '../alerts/statuses';
import { ApiError } from './api-error';
import { choiceField, nullableTextField, nullableUuidField, percentField, textField } from './body-fields';

export interface AlertPatch {
  fields: AlertFields;
  comment: string | undefined;
}

type Body = Record<string, unknown>;

const TITLE = { max: 10_000 };
const TYPE = { min: 3, max: 1_000 };

/** The body of `PATCH /v1/sic/alerts/{uuid}`. @throws ApiError 400 */
export function parseAlertPatch(body: Body, item: AlertItem, by: Author): AlertPatch {
  const urgency = percentField(body, 'urgency');
  const fields = withoutUndefined({
    title: textField(body, 'title', TITLE),
    details: textField(body, 'details'),
    kill_chain_short_id: nullableTextField(body, 'kill_chain_short_id'),
    assignee: nullableUuidField(body, 'assignee'),
    urgency: urgency === undefined ? undefined : { current_value: urgency },
    alert_type: alertType(body),
    ...statuses(body),
    ...verdict(body, item.verdict, by),
  });
  const comment = nullableTextField(body, 'comment') ?? undefined;
  if (Object.keys(fields).length === 0 && comment === undefined)
    throw new ApiError(400, 'There is nothing to change');
  return { fields, comment };
}

function alertType(body: Body): AlertFields['alert_type'] {
  const category = textField(body, 'alert_type_category', TYPE);
  const value = textField(body, 'alert_type_value', TYPE);
  if (category !== undefined && value === undefined)
    throw new ApiError(400, 'alert_type_value is required with alert_type_category');
  return value === undefined ? undefined : { category, value };
}

function statuses(body: Body): AlertFields {
  const legacy = choiceField(
    body,
    'status_uuid',
    Object.values(STATUSES).map(({ uuid }) => uuid),
  );
  const custom = nullableUuidField(body, 'custom_status_uuid');
  const known = custom ? customStatusByUuid(custom) : undefined;
  if (custom && !known) throw new ApiError(400, 'There is no such custom status');
  return {
    ...(legacy !== undefined && { status: statusByUuid(legacy) }),
    ...(custom !== undefined && { custom_status_uuid: custom, custom_status: known?.status ?? null }),
  };
}

function verdict(body: Body, current: Verdict | null, by: Author): AlertFields {
  const uuid = nullableUuidField(body, 'verdict_uuid');
  const analysis = nullableTextField(body, 'verdict_analysis');
  const confidence = body.verdict_confidence === null ? null : percentField(body, 'verdict_confidence');
  if (uuid === null) return { verdict_uuid: null, verdict: null };
  if (uuid === undefined && analysis === undefined && confidence === undefined) return {};
  const base = uuid === undefined ? current : verdictByUuid(uuid);
  if (!base) throw new ApiError(400, 'There is no such verdict');
  const changed: Verdict = {
    ...base,
    ...(typeof analysis === 'string' && { analysis }),
    ...(typeof confidence === 'number' && { confidence }),
    updated_by: by.uuid,
    updated_by_type: by.type,
  };
  if (analysis === null) delete changed.analysis;
  if (confidence === null) delete changed.confidence;
  return { verdict_uuid: base.uuid, verdict: changed };
}

function withoutUndefined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}
