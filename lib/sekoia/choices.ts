import { part, text } from './json';
import type { RestClient } from './rest-client';

/** What a filter can be set to. */
export const CHOICE_KINDS = ['rules', 'entities', 'communities', 'alert-types', 'statuses'] as const;
export type ChoiceKind = (typeof CHOICE_KINDS)[number];

export interface Choice {
  /** What the filter stores. */
  value: string;
  label: string;
  detail?: string;
}

/** Long names and lists help nobody who types. */
const MAX_CHOICES = 50;
const MAX_LABEL = 300;
const REMEMBER_FOR_MS = 60_000;

interface Source {
  /** Catalogue of the tenant. Its permissions differ from reading alerts, so it may be refused. */
  list?: { path: string; read: (item: Record<string, unknown>) => Choice | undefined };
  /** The same from an alert, which the key may read. */
  ofAlert: (alert: Record<string, unknown>) => Choice | undefined;
}

/**
 * The paths of the lists are those of the web application and of third-party clients; none is in the public
 * reference, so each may be missing.
 */
const SOURCES: Record<ChoiceKind, Source> = {
  rules: {
    list: { path: '/sic/conf/rules-catalog/rules', read: (item) => named(text(item.name)) },
    ofAlert: (alert) => named(text(part(alert.rule).name)),
  },
  entities: {
    list: { path: '/sic/entities', read: (item) => named(text(item.name)) },
    ofAlert: (alert) => named(text(part(alert.entity).name)),
  },
  communities: {
    list: { path: '/communities', read: (item) => choice(text(item.uuid), text(item.name)) },
    ofAlert: (alert) => named(text(alert.community_uuid)),
  },
  statuses: {
    list: {
      path: '/sic/custom_statuses',
      read: (item) => choice(text(item.label), text(item.label), text(item.stage)),
    },
    ofAlert: (alert) => named(text(part(alert.custom_status).label) ?? text(part(alert.status).name)),
  },
  'alert-types': {
    ofAlert: (alert) => {
      const { category, value } = part(alert.alert_type);
      return typeof category === 'string' && typeof value === 'string'
        ? named(`${category}/${value}`)
        : undefined;
    },
  },
};

/** Offers what the tenant has, for the filters of a trigger. Reads each kind at most once a minute. */
export class Choices {
  readonly #client: RestClient;
  readonly #known = new Map<ChoiceKind, { choices: Promise<Choice[]>; readMs: number }>();

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** Those that hold the text. @throws SekoiaError when even alerts cannot be read */
  async find(kind: ChoiceKind, search: string): Promise<Choice[]> {
    const wanted = search.trim().toLowerCase();
    const all = await this.#all(kind);
    const holds = (text: string): boolean => text.toLowerCase().includes(wanted);
    return all.filter(({ label, value }) => holds(label) || holds(value)).slice(0, MAX_CHOICES);
  }

  #all(kind: ChoiceKind): Promise<Choice[]> {
    const known = this.#known.get(kind);
    if (known !== undefined && performance.now() - known.readMs < REMEMBER_FOR_MS) return known.choices;
    const choices = this.#read(SOURCES[kind]);
    this.#known.set(kind, { choices, readMs: performance.now() });
    choices.catch(() => this.#known.delete(kind));
    return choices;
  }

  async #read({ list, ofAlert }: Source): Promise<Choice[]> {
    const recent = await this.#client.listAlerts({ limit: 100, sort: 'created_at', direction: 'desc' });
    const offered = recent.items.map(ofAlert);
    if (list !== undefined) {
      const catalogue = await this.#client.listItems(list.path).catch(() => []);
      offered.push(...catalogue.map(list.read));
    }
    const byValue = new Map<string, Choice>();
    // The catalogue's come last and win: they may have a name where the alert has only a uuid.
    for (const one of offered) if (one !== undefined) byValue.set(one.value, one);
    return [...byValue.values()].sort((one, other) => one.label.localeCompare(other.label));
  }
}

function named(name: string | null): Choice | undefined {
  return choice(name, name);
}

function choice(
  value: string | null,
  label: string | null,
  detail: string | null = null,
): Choice | undefined {
  if (value === null || value === '' || value.length > MAX_LABEL) return undefined;
  return { value, label: (label ?? value).slice(0, MAX_LABEL), ...(detail !== null && { detail }) };
}
