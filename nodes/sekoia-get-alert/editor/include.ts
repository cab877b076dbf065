import type { EditorNode } from '../../../lib/editor/editor-node';
import { ALERT_INCLUDES, type AlertInclude } from '../../../lib/sekoia/alert';

/** In the order of the form: what is small comes first. */
export const INCLUDES = [
  'comments',
  'history',
  'countermeasures',
  'cases',
  'stix',
] as const satisfies readonly AlertInclude[];

/** The parts that a node adds to the alert; a flow file may hold anything. */
export function includesOf(node: EditorNode): AlertInclude[] {
  const { include } = node;
  return Array.isArray(include) ? INCLUDES.filter((part) => include.includes(part)) : [];
}

/** As the property is saved: in the order of the API. */
export function sorted(parts: readonly AlertInclude[]): AlertInclude[] {
  return ALERT_INCLUDES.filter((part) => parts.includes(part));
}
