import { setAttributes } from './dom';

/** Node-RED's own texts for the two buttons. */
const TEXTS = { edit: 'node-red:editor.editConfig', add: 'node-red:editor.addNewConfig' } as const;

/**
 * Makes the pencil and the plus beside a field for a configuration work by keyboard: Node-RED makes them links
 * that lead nowhere, which Tab passes over.
 * @param field the id of the field, e.g. `node-input-config`
 */
export function makeConfigButtonsReachable(field: string, type: string): void {
  const at = field.lastIndexOf('-');
  for (const [action, text] of Object.entries(TEXTS)) {
    const button = document.getElementById(`${field.slice(0, at)}-btn${field.slice(at)}-${action}`);
    if (button === null) continue;
    setAttributes(button, { role: 'button', tabindex: '0', 'aria-label': RED._(text, { type }) });
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      // With Ctrl, Enter closes the dialog.
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      button.click();
    });
  }
}
