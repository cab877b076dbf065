/**
 * The list of suggestions under a field: the popup of a combobox as the ARIA Authoring Practices describe it. The
 * focus stays in the field, and `aria-activedescendant` names the marked row.
 *
 *   closed ── open() ──► searching ── answer ──► showing
 *     ▲                     │  ▲                    │
 *     └──── close(), pick ──┴──┴── open() again ────┘      an answer to an earlier search is dropped
 */
import { make, setAttributes, shownText } from './dom';

export interface Suggestion {
  /** What the property stores. */
  readonly value: string;
  /** What the list shows for it. */
  readonly label: string;
  readonly detail?: string;
}

/** The suggestions that a search found, or a hint for the user that says why there are none. */
export type SuggestionAnswer = { readonly items: readonly Suggestion[] } | { readonly hint: string };

export interface SuggestionListOptions {
  input: HTMLInputElement;
  /** Must not reject. */
  suggest: (search: string) => Promise<SuggestionAnswer>;
  /** Receives each answer first and returns the suggestions to show. */
  onAnswer: (answer: SuggestionAnswer) => readonly Suggestion[];
  onPick: (value: string) => void;
  texts: {
    searching: string;
    nothingFound: string;
    /** The row that adds the typed text as it is. */
    use: (text: string) => string;
  };
}

const DEBOUNCE_MS = 250;

export class SuggestionList {
  readonly element: HTMLUListElement;
  readonly #options: SuggestionListOptions;
  #rows: HTMLLIElement[] = [];
  /** The index of the marked row. -1: none. */
  #marked = -1;
  #isOpen = false;
  /** The number of the latest search. */
  #search = 0;
  #timer: number | undefined;

  constructor(options: SuggestionListOptions) {
    this.#options = options;
    const { input } = options;
    this.element = make('ul', {
      class: 'sekoia-suggestions',
      role: 'listbox',
      id: `${input.id}-suggestions`,
      hidden: '',
    });
    setAttributes(input, {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': this.element.id,
    });
    // A click on a row or on the scroll bar leaves the focus in the field.
    this.element.addEventListener('mousedown', (event) => event.preventDefault());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Searches for the text in the field. */
  open(): void {
    const { input, texts } = this.#options;
    if (!this.#isOpen) this.#show([], texts.searching);
    this.#setOpen(true);
    const search = this.#search;
    this.#timer = window.setTimeout(() => void this.#ask(search), input.value === '' ? 0 : DEBOUNCE_MS);
  }

  close(): void {
    this.#setOpen(false);
    this.#mark(-1);
    this.element.hidden = true;
  }

  /** Marks the next or the previous row. Beyond the last row and before the first one, no row is marked. */
  markNext(step: 1 | -1): void {
    const places = this.#rows.length + 1;
    this.#mark(((this.#marked + 1 + step + places) % places) - 1);
  }

  /** @returns whether a row was marked */
  pickMarked(): boolean {
    const row = this.#rows[this.#marked];
    row?.click();
    return row !== undefined;
  }

  #setOpen(isOpen: boolean): void {
    window.clearTimeout(this.#timer);
    this.#search += 1;
    this.#isOpen = isOpen;
    this.#options.input.setAttribute('aria-expanded', String(isOpen));
  }

  async #ask(search: number): Promise<void> {
    const { input, suggest, onAnswer, texts } = this.#options;
    const answer = await suggest(input.value.trim());
    if (search === this.#search) this.#show(onAnswer(answer), 'items' in answer ? texts.nothingFound : '');
  }

  /** @param fallback the text to show when there are no suggestions */
  #show(items: readonly Suggestion[], fallback: string): void {
    const { input, texts } = this.#options;
    const typed = input.value.trim();
    this.#rows = items.map(({ value, label, detail }) => this.#makeRow(value, shownText(label), detail));
    if (typed !== '' && !items.some(({ value, label }) => value === typed || label === typed))
      this.#rows.push(this.#makeRow(typed, texts.use(shownText(typed))));
    this.#rows.forEach((row, index) => (row.id = `${this.element.id}-${index}`));
    const hasNote = items.length === 0 && fallback !== '';
    this.element.replaceChildren(
      ...(hasNote ? [make('li', { class: 'sekoia-note', role: 'presentation' }, fallback)] : []),
      ...this.#rows,
    );
    this.#mark(-1);
    this.element.hidden = this.element.childElementCount === 0;
    if (!this.element.hidden) this.element.scrollIntoView({ block: 'nearest' });
  }

  #makeRow(value: string, label: string, detail = ''): HTMLLIElement {
    const row = make('li', { role: 'option', title: shownText(value) });
    // Isolated, because a right-to-left name must not reorder the text beside it.
    row.append(make('bdi', {}, label));
    if (detail !== '') row.append(make('small', {}, shownText(detail)));
    row.addEventListener('click', () => {
      this.close();
      this.#options.onPick(value);
    });
    return row;
  }

  #mark(index: number): void {
    const { input } = this.#options;
    this.#marked = index;
    this.#rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === index)));
    const row = this.#rows[index];
    if (row === undefined) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', row.id);
    row?.scrollIntoView({ block: 'nearest' });
  }
}
