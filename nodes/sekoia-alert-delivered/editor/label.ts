import type { EditorNode } from '../../../lib/editor/editor-node';

/** The types whose value is a short, telling path. */
const PATHS: readonly unknown[] = ['msg', 'flow', 'global'];

/** The label of the node on the canvas: its name, or else `Alert Delivered` or `Alert Delivered · msg.alerts`. */
export function label(node: EditorNode): string {
  const { name, alerts, alertsType = 'msg' } = node as Partial<Record<string, string>>;
  if (name !== undefined && name !== '') return name;
  const action = node._('sekoia-alert-delivered.label.node');
  if (alerts === undefined || !PATHS.includes(alertsType)) return action;
  // Node-RED saves a property of a context store as `#:(store)::property`.
  const source = `${alertsType}.${alerts.replace(/^#:\(.*?\)::/, '')}`;
  return source === 'msg.sekoia.alert.uuid' ? action : `${action} · ${source}`;
}
