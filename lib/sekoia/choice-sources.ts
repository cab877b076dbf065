import { part, text } from '../util/json';

/** What a filter can be set to. */
export const CHOICE_KINDS = ['rules', 'entities', 'communities', 'alert-types', 'statuses'] as const;
export type ChoiceKind = (typeof CHOICE_KINDS)[number];

export interface Choice {
  /** What the filter stores. */
  value: string;
  label: string;
  detail?: string;
}

type Item = Record<string, unknown>;

/** Where the choices of a kind come from. */
export interface ChoiceSource {
  /**
   * A list that the permission View alerts opens, the only one that this package needs: see x-permissions in
   * test/contract/sekoia-openapi.json.
   */
  list: { path: string; read: (item: Item) => Choice | undefined };
  /**
   * A list that needs more than View alerts, so most keys are refused. Without it, some choices are missing.
   */
  extra?: ChoiceSource['list'];
  /** The same from an alert, for when a list is refused or holds nothing. */
  ofAlert: (alert: Item) => Choice | undefined;
}

export const SOURCES: Readonly<Record<ChoiceKind, ChoiceSource>> = {
  rules: {
    list: { path: '/sic/alerts/rules', read: (item) => choice(item.name) },
    ofAlert: (alert) => choice(part(alert.rule).name),
  },
  entities: {
    list: { path: '/sic/alerts/entities', read: (item) => choice(item.name) },
    ofAlert: (alert) => choice(part(alert.entity).name),
  },
  // Nothing that View alerts allows contains the names of communities. The entities of a community suggest it.
  communities: {
    list: {
      path: '/sic/alerts/entities',
      read: (item) => choice(item.community_uuid, item.community_uuid, item.name),
    },
    ofAlert: (alert) => choice(alert.community_uuid, alert.community_uuid, part(alert.entity).name),
  },
  'alert-types': {
    list: { path: '/sic/alerts/types', read: alertType },
    ofAlert: (alert) => alertType(part(alert.alert_type)),
  },
  statuses: {
    list: { path: '/sic/alerts/statuses', read: (item) => choice(item.name) },
    // Custom statuses: also needs View cases.
    extra: { path: '/sic/custom_statuses', read: customStatus },
    ofAlert: (alert) => customStatus(part(alert.custom_status)) ?? choice(part(alert.status).name),
  },
};

/** Each value once, ordered by label. Merges the facts about the same value. */
export function merge(found: readonly (Choice | undefined)[]): Choice[] {
  const byValue = new Map<string, Choice>();
  for (const one of found) {
    if (one === undefined) continue;
    const known = byValue.get(one.value);
    const detail = joined(known?.detail, one.detail);
    byValue.set(one.value, { ...(known ?? one), ...(detail !== undefined && { detail }) });
  }
  return [...byValue.values()].sort((one, other) => one.label.localeCompare(other.label));
}

/** Long names help nobody who types. */
const MAX_LABEL = 300;

function joined(known: string | undefined, more: string | undefined): string | undefined {
  if (known === undefined || more === undefined) return known ?? more;
  if (known.split(', ').includes(more) || known.length + more.length > MAX_LABEL) return known;
  return `${known}, ${more}`;
}

function alertType({ category, value }: Item): Choice | undefined {
  return typeof category === 'string' && typeof value === 'string'
    ? choice(`${category}/${value}`)
    : undefined;
}

function customStatus({ label, stage }: Item): Choice | undefined {
  return choice(label, label, stage);
}

function choice(value: unknown, label: unknown = value, detail?: unknown): Choice | undefined {
  const stored = text(value);
  if (stored === null || stored === '' || stored.length > MAX_LABEL) return undefined;
  const said = text(detail);
  return {
    value: stored,
    label: (text(label) ?? stored).slice(0, MAX_LABEL),
    ...(said !== null && said !== '' && { detail: said.slice(0, MAX_LABEL) }),
  };
}
