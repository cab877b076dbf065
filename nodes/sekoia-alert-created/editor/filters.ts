/** The filters that are lists of texts, in the order of the form, with the runtime's names for their choices. */
export const FILTER_KINDS = {
  rules: 'rules',
  entities: 'entities',
  alertTypes: 'alert-types',
  statuses: 'statuses',
  communities: 'communities',
} as const;

export type FilterName = keyof typeof FILTER_KINDS;

export const FILTER_NAMES = Object.keys(FILTER_KINDS) as FilterName[];

/** Which alerts a trigger passes, and where it starts. The numbers are texts: `70`, `${MIN_URGENCY}`. */
export interface Selection {
  lists: Readonly<Record<FilterName, readonly string[]>>;
  urgencyMin: string;
  urgencyMax: string;
  startFrom: string;
  startAgoHours: string;
}

/** A list from a flow file, which may hold any value. A text is a list of lines, as in the runtime. */
export function listOf(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [];
  return items
    .filter((item): item is string => typeof item === 'string')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
