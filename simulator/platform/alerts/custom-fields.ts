import type { CustomField } from './alert';
import { deepFreeze } from './freeze';
import { uuidOf } from './random';
import { ANALYST, COMMUNITIES } from './tenants';

function field(name: string, type: CustomField['type'], options: readonly string[] = []): CustomField {
  return {
    uuid: uuidOf('custom-field', name),
    community_uuid: COMMUNITIES[0].uuid,
    name,
    slug: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'),
    description: null,
    type,
    options,
    color: '#64748b',
    auto_added_to_case: false,
    auto_added_to_alert: false,
    task_uuid: null,
    created_at: '2025-03-03T09:00:00.000000Z',
    created_by: ANALYST.uuid,
    created_by_type: ANALYST.type,
    updated_at: '2025-03-03T09:00:00.000000Z',
    updated_by: ANALYST.uuid,
    updated_by_type: ANALYST.type,
    value: null,
  };
}

/** The tenant's own fields, one of each type, without a value. */
export const CUSTOM_FIELDS = deepFreeze({
  ticket: field('Ticket', 'text'),
  machines: field('Machines', 'integer'),
  reported: field('Reported', 'boolean'),
  team: field('Team', 'single_select', ['Blue', 'Night "shift"']),
  sites: field('Sites', 'multi_select', ['Lyon', 'Paris']),
});

export function customFieldByUuid(uuid: unknown): CustomField | undefined {
  return Object.values(CUSTOM_FIELDS).find((known) => known.uuid === uuid);
}

/** Whether a field can have the value. Null takes it off the alert. */
export function fits({ type, options }: CustomField, value: unknown): boolean {
  if (value === null) return true;
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'single_select':
      return typeof value === 'string' && options.includes(value);
    case 'multi_select':
      return Array.isArray(value) && value.every((one) => options.includes(String(one)));
  }
}
