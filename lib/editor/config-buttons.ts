import { setAttributes } from './dom';

/** Node-RED's own texts for the two buttons. */
const TEXTS = { edit: 'node-red:editor.editConfig', add: 'node-red:editor.addNewConfig' } as const;

/**
 * Makes the edit and add buttons beside a configuration field work by keyboard. Node-RED renders them as links without
 * a target, which Tab skips.
 * @param field the ID of the field, such as `node-input-config`
 */
export function makeConfigButtonsReachable(field: string, type: string): void {
  const at = field.lastIndexOf('-');
  for (const [action, text] of Object.entries(TEXTS)) {
    const button = document.getElementById(`${field.slice(0, at)}-btn${field.slice(at)}-${action}`);
    if (button === null) continue;
    setAttributes(button, { role: 'button', tabindex: '0', 'aria-label': RED._(text, { type }) });
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      // Ctrl+Enter closes the dialog.
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      button.click();
    });
  }
}
