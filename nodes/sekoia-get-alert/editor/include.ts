import type { EditorNode } from '../../../lib/editor/editor-node';
import { ALERT_INCLUDES, type AlertInclude } from '../../../lib/sekoia/alert';

/** In the order of the form: small parts first. */
export const INCLUDES = [
  'comments',
  'history',
  'countermeasures',
  'cases',
  'stix',
] as const satisfies readonly AlertInclude[];

/** The parts that a node adds to the alert. A flow file may hold any value. */
export function includesOf(node: EditorNode): AlertInclude[] {
  const { include } = node;
  return Array.isArray(include) ? INCLUDES.filter((part) => include.includes(part)) : [];
}

/** Sorts parts into the order of the API, in which the property is saved. */
export function sorted(parts: readonly AlertInclude[]): AlertInclude[] {
  return ALERT_INCLUDES.filter((part) => parts.includes(part));
}
