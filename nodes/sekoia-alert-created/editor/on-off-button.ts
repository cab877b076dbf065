import type { EditorNode } from '../../../lib/editor/editor-node';
import { SHOWN_STATE, triggerSwitches } from '../../../lib/editor/trigger-switches';

export function hasButton(): boolean {
  return triggerSwitches() !== undefined;
}

/** A node that is not deployed cannot be switched. */
export function canPress({ id }: EditorNode): boolean {
  return triggerSwitches()?.canSwitch(id) ?? false;
}

export function press(node: EditorNode): void {
  // Node-RED has toggled the button already. Undo that: the button changes once the runtime has switched.
  node[SHOWN_STATE] = node[SHOWN_STATE] !== true;
  if (canPress(node)) triggerSwitches()?.press(node.id);
}
