/**
 * The element of a form that has this id; the caller knows of what kind it is. Forms and code come in one file, so
 * it is there.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as `querySelector` has it
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The form has no #${id}`);
  return element as E;
}

/** An element with attributes and text: text only, so nothing in it is ever read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.textContent = text;
  return element;
}

export function setAttributes(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/** Longer texts are cut where they are shown: the browser would lay out all of it. */
const SHOWN_CHARACTERS = 300;

/** A text of any length as it is shown. */
export function shownText(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** One of the icons that Node-RED has, e.g. `clock-o`; for the eye only. */
export function makeIcon(name: string): HTMLElement {
  return make('i', { class: `fa fa-${name}`, 'aria-hidden': 'true' });
}

export function makeButton(
  attributes: Record<string, string>,
  text: string,
  onClick: () => void,
): HTMLButtonElement {
  const button = make('button', { type: 'button', ...attributes }, text);
  button.addEventListener('click', onClick);
  return button;
}
