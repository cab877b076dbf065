import type { EditorNode } from '../../../lib/editor/editor-node';
import { migrateEditedNode } from '../../../lib/editor/migrate-node';
import { showDefaultsOfMissing } from '../../../lib/editor/missing-properties';
import { STEPS } from '../../../lib/migration/steps';

export function prepare(node: EditorNode): void {
  migrateEditedNode(node, STEPS['sekoia-alert-delivered']);
  showDefaultsOfMissing(node);
  $('#node-input-alerts').typedInput({
    default: 'msg',
    types: ['msg', 'flow', 'global', 'jsonata', 'env', 'str'],
    typeField: '#node-input-alertsType',
  });
}
