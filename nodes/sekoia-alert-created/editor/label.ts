import type { EditorNode } from '../../../lib/editor/editor-node';
import { FILTER_NAMES, type FilterName, listOf } from './filters';
import { shorten } from './shorten';

const NAME_CHARACTERS = 24;

/**
 * The label of the node on the canvas: its name, or else the first filter that is set and the number of the others,
 * such as `Alert Created · urgency ≥ 70 +2`.
 */
export function label(node: EditorNode): string {
  if (typeof node.name === 'string' && node.name !== '') return node.name;
  const action = node._('sekoia-alert-created.label.node');
  const [first, ...others] = [urgency(node), ...FILTER_NAMES.map((name) => list(node, name))].filter(
    (part) => part !== '',
  );
  if (first === undefined) return action;
  return `${action} · ${first}${others.length === 0 ? '' : ` +${others.length}`}`;
}

function urgency(node: EditorNode): string {
  // A number may be stored as text. `${ENV}` always is.
  const { urgencyMin = 0, urgencyMax = 100 } = node as {
    urgencyMin?: number | string;
    urgencyMax?: number | string;
  };
  const [min, max] = [String(urgencyMin), String(urgencyMax)];
  const text = (key: string): string => node._(`sekoia-alert-created.canvas.${key}`, { min, max });
  if (min === '0') return max === '100' ? '' : text('urgency-to');
  if (max === '100') return text('urgency-from');
  return min === max ? text('urgency-exact') : text('urgency-range');
}

function list(node: EditorNode, name: FilterName): string {
  const values = listOf(node[name]);
  const [first] = values;
  if (first === undefined) return '';
  return values.length === 1
    ? node._(`sekoia-alert-created.canvas-one.${name}`, { first: shorten(first, NAME_CHARACTERS) })
    : node._(`sekoia-alert-created.canvas.${name}`, { number: values.length });
}
