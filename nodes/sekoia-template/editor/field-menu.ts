import { make } from '../../../lib/editor/dom';
import { FIELDS, type Field } from './fields';

const WIDTH_PX = 380;

/** Makes a button open the list of available fields. */
export function makeFieldMenu(button: HTMLElement, onSelect: (field: Field) => void): void {
  button.addEventListener('click', () => {
    const menu = RED.popover.menu({
      options: FIELDS.map((field) => ({ label: $(item(field)), onselect: () => onSelect(field) })),
      style: 'compact',
      class: 'sekoia-template-menu',
      width: Math.min(WIDTH_PX, document.documentElement.clientWidth - 20),
      maxHeight: 320,
      onclose: (cancelled) => {
        if (cancelled) button.focus();
      },
    });
    menu.show({ target: $(button), align: 'left', offset: [button.offsetWidth, 1] });
    // With the focus here, Enter selects and a screen reader reads the item.
    document.querySelector<HTMLElement>('.sekoia-template-menu a')?.focus();
  });
}

function item({ path, example }: Field): HTMLElement {
  const row = make('span', { class: 'sekoia-template-field' });
  row.append(make('code', {}, path), make('span', {}, exampleText(example)));
  return row;
}

function exampleText(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example);
}
