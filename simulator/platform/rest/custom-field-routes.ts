import type { CustomField } from '../alerts/alert';
import { customFieldByUuid, fits } from '../alerts/custom-fields';
import { API_KEY } from '../alerts/tenants';
import { ApiError } from './api-error';
import { asArray, asObject } from './json-body';
import { readAlert, type Call, type Route } from './route';

const MAX_FIELDS = 25;

/** @throws ApiError 400 */
export function parseCustomFields(value: unknown): CustomField[] {
  const given = asArray(value);
  if (given.length > MAX_FIELDS) throw new ApiError(400, `There can be at most ${MAX_FIELDS} fields`);
  return given.map((one) => {
    const { uuid, value } = asObject(one);
    const field = customFieldByUuid(uuid);
    if (!field || value === undefined || !fits(field, value))
      throw new ApiError(400, 'A custom field must have the uuid of one that exists, and a value that fits');
    return { ...field, value };
  });
}

/** What is not named keeps its value; null takes a field off the alert. Neither is published. */
function patchCustomFields(call: Call): unknown {
  const { record, item } = readAlert(call);
  const changed = parseCustomFields(call.json().custom_fields);
  const others = item.custom_fields.filter(({ uuid }) => changed.every((field) => field.uuid !== uuid));
  const custom_fields = [...others, ...changed.filter(({ value }) => value !== null)];
  return { custom_fields: call.desk.change(record.uuid, { custom_fields }, API_KEY).item.custom_fields };
}

export const CUSTOM_FIELD_ROUTES: Route[] = [
  {
    method: 'PATCH',
    path: /^\/v1\/sic\/alerts\/([^/]+)\/custom-fields$/,
    permissions: ['Manage alerts'],
    answer: patchCustomFields,
  },
];
