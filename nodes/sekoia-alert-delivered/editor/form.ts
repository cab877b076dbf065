import type { EditorNode } from '../../../lib/editor/editor-node';
import { showDefaultsOfMissing } from '../../../lib/editor/missing-properties';

export function prepare(node: EditorNode): void {
  showDefaultsOfMissing(node);
  $('#node-input-alerts').typedInput({
    default: 'msg',
    types: ['msg', 'flow', 'global', 'jsonata', 'env', 'str'],
    typeField: '#node-input-alertsType',
  });
}
