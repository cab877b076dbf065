import { byId } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';

/** The options of each choice in the section “Delivery”. The first one is the default. */
export const CHOICES = {
  delivery: ['at-least-once', 'at-most-once'],
  deliveredWhen: ['end', 'confirmed'],
  afterTimeout: ['retry', 'set-aside'],
} as const;

export type ChoiceName = keyof typeof CHOICES;

/** Explains each choice below it. Hides the choices that do not apply to at-most-once delivery. */
export function showDeliveryChoices(node: EditorNode): void {
  const isOnce = chosen('delivery') === 'at-most-once';
  for (const name of Object.keys(CHOICES) as ChoiceName[])
    byId(`sekoia-alert-created-${name}-hint`).textContent = node._(
      `sekoia-alert-created.choice-hint.${name}.${chosen(name)}`,
    );
  byId('sekoia-alert-created-deliveredWhen').hidden = isOnce;
  byId('sekoia-alert-created-afterTimeout').hidden = isOnce;
  byId('sekoia-alert-created-deliveredWhen-problem').textContent =
    chosen('deliveredWhen') === 'confirmed' && !hasConfirmation()
      ? node._('sekoia-alert-created.error.no-confirmation')
      : '';
}

/** A value that is no option, such as `${NAME}`, counts as the default, as it does in the runtime. */
function chosen(name: ChoiceName): string {
  const value = $(`#node-input-${name}`).val();
  return CHOICES[name].find((choice) => choice === value) ?? CHOICES[name][0];
}

/** Whether any flow has a node that confirms delivery. Link nodes connect flows. */
function hasConfirmation(): boolean {
  return RED.nodes.filterNodes({ type: 'sekoia-alert-delivered' }).length > 0;
}
