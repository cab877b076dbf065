import type { EditorNode } from '../../../lib/editor/editor-node';
import { SHOWN_STATE, type TriggerSwitches } from '../../../lib/editor/trigger-switches';
import { mayWrite } from './access';
import { switchTrigger } from './switch-trigger';
import type { Translate } from './texts';
import type { TriggerStates } from './trigger-states';

const TYPE = 'sekoia-alert-created';

/** Keeps the buttons of the trigger nodes in step with their triggers, and handles presses. */
export function makeSwitches(_: Translate, states: TriggerStates): TriggerSwitches {
  const show = (node: EditorNode): void => {
    // A new node will be on once it is deployed.
    node[SHOWN_STATE] = states.get(node.id)?.on ?? true;
    node.dirty = true;
  };
  RED.events.on('nodes:add', (node: EditorNode) => {
    if (node.type === TYPE) show(node);
  });
  states.onChange(() => {
    RED.nodes.eachNode((node) => {
      if ((node as EditorNode).type === TYPE) show(node as EditorNode);
      return true;
    });
    RED.view.redraw();
  });
  return {
    canSwitch: (id) => mayWrite() && states.get(id) !== undefined,
    press: (id) => void switchTrigger(_, states, id),
  };
}
