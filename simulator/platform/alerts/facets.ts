import type { AlertFields, AlertItem, AlertType } from './alert';
import type { AlertRecord } from './alert-record';
import { CATALOG_RULES } from './rules';
import { COMMUNITIES, ENTITIES, type TenantEntity } from './tenants';

export interface Facets {
  rules: TenantEntity[];
  entities: TenantEntity[];
  types: AlertType[];
  titles: string[];
}

/**
 * What the alerts of the tenant have in common: what the platform draws from, and what callers set on an alert.
 * Alerts that were raised together are looked at once, for there may be a hundred thousand.
 */
export function facetsOf(records: Iterable<AlertRecord>, itemOf: (record: AlertRecord) => AlertItem): Facets {
  const rules = new Map(
    CATALOG_RULES.map(({ uuid, name }) => [uuid, named(uuid, name, COMMUNITIES[0].uuid)]),
  );
  const entities = new Map(ENTITIES.map((known) => [known.uuid, known]));
  const types = new Map(CATALOG_RULES.map(({ alert_type }) => [keyOf(alert_type), alert_type]));
  const titles = new Set(CATALOG_RULES.map(({ name }) => name));
  const seen = new Set<AlertFields>();
  for (const record of records) {
    const { fields } = record;
    if (seen.has(fields) || !(fields.rule || fields.entity || fields.alert_type || fields.title)) continue;
    seen.add(fields);
    const { rule, entity, alert_type, title, community_uuid } = itemOf(record);
    rules.set(rule.uuid, named(rule.uuid, rule.name, community_uuid));
    if (entity) entities.set(entity.uuid, named(entity.uuid, entity.name, community_uuid));
    types.set(keyOf(alert_type), alert_type);
    titles.add(title);
  }
  return {
    rules: [...rules.values()],
    entities: [...entities.values()],
    types: [...types.values()],
    titles: [...titles],
  };
}

function named(uuid: string, name: string, communityUuid: string): TenantEntity {
  return { uuid, name, community_uuid: communityUuid };
}

function keyOf({ category, value }: AlertType): string {
  return `${category}/${value}`;
}
