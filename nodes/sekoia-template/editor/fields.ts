import { SAMPLE_MESSAGE } from './sample-alert';

export interface Field {
  /** As in a playbook: `node.1['rule']['name']`. */
  readonly path: string;
  /** Its value in the sample alert. */
  readonly example: unknown;
}

/** The fields that tools receive most often, by block. Users can type every other field of the alert. */
const OFFERED = {
  0: [
    'alert_uuid',
    'short_id',
    'title',
    'url',
    'urgency',
    'status.name',
    'entity.name',
    'alert_type.category',
    'alert_type.value',
    'created_at',
    'first_seen_at',
    'community_uuid',
  ],
  1: [
    'rule.name',
    'rule.severity',
    'rule.description',
    'details',
    'urgency.current_value',
    'urgency.display',
    'source',
    'target',
    'ttps.0.name',
    'assets',
    'kill_chain_short_id',
    'last_seen_at',
  ],
} as const;

export const FIELDS: readonly Field[] = ([0, 1] as const).flatMap((block) =>
  OFFERED[block].map((field) => {
    const keys = field.split('.');
    return { path: `node.${block}${keys.map(bracket).join('')}`, example: valueAt(block, keys) };
  }),
);

function bracket(key: string): string {
  return /^[0-9]+$/.test(key) ? `[${key}]` : `['${key}']`;
}

function valueAt(block: 0 | 1, keys: readonly string[]): unknown {
  let value: unknown = SAMPLE_MESSAGE.sekoia.node[block];
  for (const key of keys) value = (value as Record<string, unknown>)[key];
  return value;
}
