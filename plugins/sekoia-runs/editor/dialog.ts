import { make } from '../../../lib/editor/dom';

export interface Choice<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly isPrimary?: true;
}

/**
 * Asks the user in a modal dialog. The focus starts on the primary choice, Tab stays inside, and the focus returns to
 * where it was.
 * @param cancel the label of the choice that does nothing, as Escape does
 * @returns undefined if the user cancels
 */
export function ask<Id extends string>(
  question: string,
  choices: readonly Choice<Id>[],
  cancel: string,
): Promise<Id | undefined> {
  const before = document.activeElement;
  return new Promise((resolve) => {
    const answer = (id: Id | undefined): void => {
      // At once, because Node-RED removes the dialog only after it has slid out.
      box.inert = true;
      box.close();
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
      resolve(id);
    };
    const box = RED.notify($(make('p', {}, question)), {
      modal: true,
      fixed: true,
      type: 'warning',
      // Node-RED writes the labels as HTML, so they come from the catalog only.
      buttons: [
        { text: cancel, click: () => answer(undefined) },
        ...choices.map(({ id, label, isPrimary }) => ({
          text: label,
          class: isPrimary ? 'primary sekoia-runs-primary' : '',
          click: () => answer(id),
        })),
      ],
    }) as HTMLDivElement & { close: () => void };
    box.setAttribute('role', 'alertdialog');
    box.setAttribute('aria-modal', 'true');
    box.setAttribute('aria-label', question);
    const buttons = [...box.querySelectorAll('button')];
    box.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape') answer(undefined);
      if (event.key !== 'Tab') return;
      event.preventDefault();
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      buttons.at((at + (event.shiftKey ? -1 : 1)) % buttons.length)?.focus();
    });
    // The dialog can take the focus only after it has slid in.
    window.setTimeout(() => (box.querySelector<HTMLElement>('.primary') ?? buttons[0])?.focus(), 0);
  });
}

/** Shows a short message that disappears by itself. */
export function showMessage(text: string, type: 'compact' | 'success' | 'error'): void {
  RED.notify($(make('p', {}, text)), type);
}
