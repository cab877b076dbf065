import { makeConfigButtonsReachable } from '../../../lib/editor/config-buttons';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { showDefaultsOfMissing } from '../../../lib/editor/missing-properties';
import { prepareOutputInput } from '../../../lib/editor/output-input';
import type { AlertInclude } from '../../../lib/sekoia/alert';
import { INCLUDES, includesOf, sorted } from './include';

export function prepare(node: EditorNode): void {
  showDefaultsOfMissing(node);
  makeConfigButtonsReachable('node-input-config', 'sekoia-config');
  $('#node-input-alert').typedInput({
    default: 'msg',
    types: ['msg', 'str', 'jsonata', 'flow', 'global', 'env'],
    typeField: '#node-input-alertType',
  });
  prepareOutputInput();
  const wanted = includesOf(node);
  for (const part of INCLUDES) {
    checkbox(part)
      .prop('checked', wanted.includes(part))
      .on('change', () => showCost(node));
  }
  showCost(node);
}

export function save(node: EditorNode): void {
  node.include = sorted(checked());
}

/** Tells the cost of the selection: with nothing added, one request reads many alerts. */
function showCost(node: EditorNode): void {
  const key = checked().length === 0 ? 'shared' : 'alone';
  $('#sekoia-get-alert-cost').text(node._(`sekoia-get-alert.cost.${key}`));
}

function checked(): AlertInclude[] {
  return INCLUDES.filter((part) => checkbox(part).prop('checked') === true);
}

function checkbox(part: AlertInclude): JQuery {
  return $(`#sekoia-get-alert-include-${part}`);
}
