import { customStatusByUuid, verdictByUuid } from '../alerts/statuses';
import { COMMUNITIES } from '../alerts/tenants';
import { uuidOf } from '../alerts/random';
import type { CaseFields } from '../cases/case-store';
import { ApiError } from './api-error';
import {
  choiceField,
  nullableTextField,
  nullableUuidField,
  percentField,
  requiredTextField,
  textField,
  textListField,
  uuidField,
} from './body-fields';
import { parseCustomFields } from './custom-field-routes';
import { asArray, asObject } from './json-body';

type Body = Record<string, unknown>;

const PRIORITIES = ['low', 'medium', 'high'] as const;

/** The legacy statuses of cases: names and uuids are made up, save for `opened`. */
const OPENED = 'opened';

/** The body of `POST /v1/sic/cases`. @throws ApiError 400 */
export function parseCase(body: Body): CaseFields {
  return {
    title: requiredTextField(body, 'title'),
    description: '',
    priority: 'medium',
    tags: [],
    status: OPENED,
    status_uuid: uuidOf('case-status', OPENED),
    community_uuid: uuidField(body, 'community_uuid') ?? COMMUNITIES[0].uuid,
    subscribers: [],
    custom_status_uuid: null,
    custom_status: null,
    verdict_uuid: null,
    verdict: null,
    custom_fields: body.custom_fields === undefined ? [] : parseCustomFields(body.custom_fields),
    ...parseCasePatch(body),
  };
}

/** The body of `PATCH /v1/sic/cases/{case_uuid}`. @throws ApiError 400 */
export function parseCasePatch(body: Body): Partial<CaseFields> {
  const priority = body.priority === null ? undefined : choiceField(body, 'priority', PRIORITIES);
  const found = {
    title: textField(body, 'title', { min: 1 }),
    description: textField(body, 'description'),
    priority,
    tags: textListField(body, 'tags'),
    status: textField(body, 'status_name'),
    status_uuid: uuidField(body, 'status_uuid'),
    subscribers: body.subscribers === undefined ? undefined : subscribers(body.subscribers),
    ...customStatus(body),
    ...verdict(body),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function subscribers(value: unknown): CaseFields['subscribers'] {
  return asArray(value).map((one) => {
    const subscriber = asObject(one);
    const avatar_uuid = uuidField(subscriber, 'avatar_uuid');
    if (avatar_uuid === undefined) throw new ApiError(400, 'avatar_uuid is required');
    return { avatar_uuid, type: choiceField(subscriber, 'type', ['assignee']) ?? 'assignee' };
  });
}

function customStatus(body: Body): Partial<CaseFields> {
  const uuid = uuidField(body, 'custom_status_uuid');
  if (uuid === undefined) return {};
  const known = customStatusByUuid(uuid);
  if (!known) throw new ApiError(400, 'There is no such custom status');
  return { custom_status_uuid: uuid, custom_status: known.status };
}

function verdict(body: Body): Partial<CaseFields> {
  const uuid = nullableUuidField(body, 'verdict_uuid');
  const analysis = nullableTextField(body, 'verdict_analysis');
  const confidence = body.verdict_confidence === null ? null : percentField(body, 'verdict_confidence');
  if (uuid === undefined) return {};
  if (uuid === null) return { verdict_uuid: null, verdict: null };
  const known = verdictByUuid(uuid);
  if (!known) throw new ApiError(400, 'There is no such verdict');
  return {
    verdict_uuid: uuid,
    verdict: {
      ...known,
      ...(typeof analysis === 'string' && { analysis }),
      ...(typeof confidence === 'number' && { confidence }),
    },
  };
}
