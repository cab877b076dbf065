import type { AlertReading } from './alert-reading';

type Value = string | readonly string[] | null;

/** The fields that `match[…]` knows and what they look at. */
export const MATCHABLE: Record<string, ((alert: AlertReading) => Value) | undefined> = {
  community_uuid: ({ item }) => item.community_uuid,
  entity_name: ({ item }) => item.entity?.name ?? null,
  entity_uuid: ({ item }) => item.entity?.uuid ?? null,
  status_uuid: ({ item }) => item.status.uuid,
  status_name: ({ item }) => item.status.name,
  type_category: ({ item }) => item.alert_type.category,
  type_value: ({ item }) => item.alert_type.value,
  source: ({ item }) => item.source,
  target: ({ item }) => item.target,
  node: ({ item }) => [item.source, item.target].filter((node) => node !== null),
  stix_object: ({ stix }) => stixIds(stix.objects),
  rule_uuid: ({ item }) => item.rule.uuid,
  rule_name: ({ item }) => item.rule.name,
  detection_type: ({ item }) => item.detection_type,
  uuid: ({ record }) => record.uuid,
  short_id: ({ record }) => record.shortId,
  title: ({ item }) => item.title,
  // What resolving does to a title is not published.
  resolved_title: ({ item }) => item.title,
  asset_uuid: ({ item }) => item.assets,
  urgency_display: ({ item }) => item.urgency.display,
  case_short_id: ({ cases }) => cases.map(({ short_id }) => short_id),
  assignee: ({ item }) => item.assignee,
  custom_status_uuid: ({ item }) => item.custom_status_uuid,
  verdict_uuid: ({ item }) => item.verdict_uuid,
};

/** The fields that `nomatch[…]` knows. */
export const NOT_MATCHABLE: ReadonlySet<string> = new Set([
  'asset_uuid',
  'entity_uuid',
  'rule_uuid',
  'rule_name',
  'detection_type',
  'source',
  'target',
  'status_uuid',
  'stix_object',
  'type_value',
  'urgency_display',
  'assignee',
  'custom_status_uuid',
  'verdict_uuid',
]);

function stixIds(objects: unknown): string[] {
  if (!Array.isArray(objects)) return [];
  return objects.flatMap((object: unknown) =>
    typeof object === 'object' && object !== null && 'id' in object && typeof object.id === 'string'
      ? [object.id]
      : [],
  );
}
