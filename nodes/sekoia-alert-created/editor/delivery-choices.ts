import { byId } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';

/** What each choice of the part “Delivery” may be; the first is the default. */
export const CHOICES = {
  delivery: ['at-least-once', 'at-most-once'],
  deliveredWhen: ['end', 'confirmed'],
  afterTimeout: ['retry', 'set-aside'],
} as const;

export type ChoiceName = keyof typeof CHOICES;

/** Says below each choice what it means. What is no choice at most once is hidden: every alert is sent once. */
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

/** What is no choice, such as `${NAME}`, is shown as the runtime takes it: as the default. */
function chosen(name: ChoiceName): string {
  const value = $(`#node-input-${name}`).val();
  return CHOICES[name].find((choice) => choice === value) ?? CHOICES[name][0];
}

/** On any flow: links lead from one to another. */
function hasConfirmation(): boolean {
  return RED.nodes.filterNodes({ type: 'sekoia-alert-delivered' }).length > 0;
}
