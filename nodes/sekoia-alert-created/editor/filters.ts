/** The filters that are lists of texts, in the order of the form, and what the runtime calls their choices. */
export const FILTER_KINDS = {
  rules: 'rules',
  entities: 'entities',
  alertTypes: 'alert-types',
  statuses: 'statuses',
  communities: 'communities',
} as const;

export type FilterName = keyof typeof FILTER_KINDS;

export const FILTER_NAMES = Object.keys(FILTER_KINDS) as FilterName[];

/** What a trigger lets through and where it starts. The numbers may be texts: `70`, `${MIN_URGENCY}`. */
export interface Selection {
  lists: Readonly<Record<FilterName, readonly string[]>>;
  urgencyMin: string;
  urgencyMax: string;
  startFrom: string;
  startAgoHours: string;
}

/** Of a flow file, which may hold anything or nothing; a text is read as a list of lines, as the runtime does. */
export function listOf(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [];
  return items
    .filter((item): item is string => typeof item === 'string')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
