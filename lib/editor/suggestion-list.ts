/**
 * The list of suggestions under a field: the popup of a combobox as the ARIA Authoring Practices describe it. The
 * focus stays in the field; which row is marked is told by `aria-activedescendant`.
 *
 *   closed ── open() ──► searching ── answer ──► showing
 *     ▲                     │  ▲                    │
 *     └──── close(), pick ──┴──┴── open() again ────┘      an answer to an earlier search is dropped
 */
import { make, setAttributes, shownText } from './dom';

export interface Suggestion {
  /** What is stored. */
  readonly value: string;
  /** What is shown for it. */
  readonly label: string;
  readonly detail?: string;
}

/** What a search gave; or why there is nothing, in words for the user. */
export type SuggestionAnswer = { readonly items: readonly Suggestion[] } | { readonly hint: string };

export interface SuggestionListOptions {
  input: HTMLInputElement;
  /** Must not fail. */
  suggest: (search: string) => Promise<SuggestionAnswer>;
  /** Sees each answer first, and says which of its suggestions are shown. */
  onAnswer: (answer: SuggestionAnswer) => readonly Suggestion[];
  onPick: (value: string) => void;
  texts: {
    searching: string;
    nothingFound: string;
    /** The row that takes what was typed as it is. */
    use: (text: string) => string;
  };
}

export interface SuggestionList {
  readonly element: HTMLUListElement;
  isOpen: () => boolean;
  /** Searches for what stands in the field. */
  open: () => void;
  close: () => void;
  /** Marks the next row, or the one before; beyond the last and the first comes none. */
  mark: (step: 1 | -1) => void;
  /** @returns whether a row was marked */
  pickMarked: () => boolean;
}

const DEBOUNCE_MS = 250;

export function makeSuggestionList(options: SuggestionListOptions): SuggestionList {
  const { input, suggest, onAnswer, onPick, texts } = options;
  const list = make('ul', {
    class: 'sekoia-suggestions',
    role: 'listbox',
    id: `${input.id}-suggestions`,
    hidden: '',
  });
  let rows: HTMLLIElement[] = [];
  let marked = -1;
  let isOpen = false;
  let search = 0;
  let timer: number | undefined;

  setAttributes(input, {
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.id,
  });
  // A click on a row or on the scroll bar leaves the focus in the field.
  list.addEventListener('mousedown', (event) => event.preventDefault());

  const setOpen = (open: boolean): void => {
    window.clearTimeout(timer);
    search += 1;
    isOpen = open;
    input.setAttribute('aria-expanded', String(open));
  };

  const setMarked = (index: number): void => {
    marked = index;
    rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === marked)));
    const row = rows[marked];
    if (row === undefined) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', row.id);
    row?.scrollIntoView({ block: 'nearest' });
  };

  const close = (): void => {
    setOpen(false);
    setMarked(-1);
    list.hidden = true;
  };

  const makeRow = (value: string, label: string, detail = ''): HTMLLIElement => {
    const row = make('li', { role: 'option', title: shownText(value) });
    // Isolated: a name written from right to left must not turn around what stands beside it.
    row.append(make('bdi', {}, label));
    if (detail !== '') row.append(make('small', {}, shownText(detail)));
    row.addEventListener('click', () => {
      close();
      onPick(value);
    });
    return row;
  };

  /** @param otherwise what to say when there are no suggestions */
  const show = (items: readonly Suggestion[], otherwise: string): void => {
    const typed = input.value.trim();
    rows = items.map(({ value, label, detail }) => makeRow(value, shownText(label), detail));
    if (typed !== '' && !items.some(({ value, label }) => value === typed || label === typed))
      rows.push(makeRow(typed, texts.use(shownText(typed))));
    rows.forEach((row, index) => (row.id = `${list.id}-${index}`));
    const note = items.length === 0 && otherwise !== '';
    list.replaceChildren(
      ...(note ? [make('li', { class: 'sekoia-note', role: 'presentation' }, otherwise)] : []),
      ...rows,
    );
    setMarked(-1);
    list.hidden = list.childElementCount === 0;
    if (!list.hidden) list.scrollIntoView({ block: 'nearest' });
  };

  const open = (): void => {
    if (!isOpen) show([], texts.searching);
    setOpen(true);
    const asked = search;
    const ask = async (): Promise<void> => {
      const answer = await suggest(input.value.trim());
      if (asked === search) show(onAnswer(answer), 'items' in answer ? texts.nothingFound : '');
    };
    timer = window.setTimeout(() => void ask(), input.value === '' ? 0 : DEBOUNCE_MS);
  };

  return {
    element: list,
    isOpen: () => isOpen,
    open,
    close,
    mark: (step) => {
      const places = rows.length + 1;
      setMarked(((marked + 1 + step + places) % places) - 1);
    },
    pickMarked: () => {
      const row = rows[marked];
      row?.click();
      return row !== undefined;
    },
  };
}
