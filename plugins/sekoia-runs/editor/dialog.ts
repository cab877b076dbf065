import { make } from '../../../lib/editor/dom';

export interface Choice<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly isPrimary?: true;
}

/**
 * Asks the user in the middle of the window; nothing else can be done meanwhile. The focus is on the primary
 * choice, Tab goes round, and goes back to where it was in the end.
 * @param cancel what the choice says that does nothing, as Escape does
 * @returns undefined if the user wants none of it
 */
export function ask<Id extends string>(
  question: string,
  choices: readonly Choice<Id>[],
  cancel: string,
): Promise<Id | undefined> {
  const before = document.activeElement;
  return new Promise((resolve) => {
    const answer = (id: Id | undefined): void => {
      // Here and not on leaving: Node-RED takes it away only after it slid out.
      box.inert = true;
      box.close();
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
      resolve(id);
    };
    const box = RED.notify($(make('p', {}, question)), {
      modal: true,
      fixed: true,
      type: 'warning',
      // Node-RED writes them as HTML: they come from the catalogue only.
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
    // It slides in, and has no place for the focus until then.
    window.setTimeout(() => (box.querySelector<HTMLElement>('.primary') ?? buttons[0])?.focus(), 0);
  });
}

/** Says something in passing. */
export function say(text: string, type: 'compact' | 'success' | 'error'): void {
  RED.notify($(make('p', {}, text)), type);
}
