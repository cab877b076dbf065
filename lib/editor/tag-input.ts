/**
 * A field that holds a list of texts, each shown as a tag, with suggestions while one types. Node-RED's own
 * `autoComplete` takes the focus out of the field, knows no list and tells a screen reader nothing.
 *
 *   typing, ↓ or a click   opens the suggestions      ↑ ↓        move in them
 *   Enter                  adds what is marked, else what was typed: any text may be added
 *   Escape                 closes them, and then empties the field
 *   Backspace or ← in an empty field   removes, or goes to, the last tag; there ← → move, Delete removes
 *
 * What users and the network give is only ever text here, whatever it looks like.
 */
import { make, setAttributes, shownText } from './dom';
import { type SuggestionAnswer, type SuggestionListOptions, makeSuggestionList } from './suggestion-list';

/** In the user's language. */
export interface TagInputTexts {
  /** In the empty field. */
  placeholder: string;
  remove: (text: string) => string;
  added: (text: string) => string;
  removed: (text: string) => string;
  found: (number: number) => string;
}

export interface TagInputOptions {
  /** With an id and a label; it is moved into the component. */
  input: HTMLInputElement;
  values: readonly string[];
  /** Must not fail. */
  suggest: SuggestionListOptions['suggest'];
  texts: TagInputTexts & SuggestionListOptions['texts'];
  /** Says something to a screen reader. */
  announce: (text: string) => void;
  onChange: () => void;
}

export interface TagInput {
  values: () => readonly string[];
  /** What is shown for a value. */
  labelOf: (value: string) => string;
  /** Adds what was typed but not confirmed: it must not get lost when the form is closed. */
  commit: () => void;
  /** Learns what to show for stored values, e.g. the name for a uuid. */
  learnLabels: () => Promise<void>;
}

export function makeTagInput(options: TagInputOptions): TagInput {
  const { input, suggest, texts, announce, onChange } = options;
  const values = [...new Set(options.values)];
  const labels = new Map<string, string>();
  const tags = make('ul', { class: 'sekoia-tag-list', role: 'list' });
  const hint = make('p', { class: 'sekoia-hint', role: 'status', hidden: '' });
  let buttons: HTMLButtonElement[] = [];

  const labelOf = (value: string): string => labels.get(value) ?? value;

  const makeTag = (value: string, index: number): HTMLLIElement => {
    const label = shownText(labelOf(value));
    const tag = make('li', { class: 'sekoia-tag', title: shownText(value) });
    const button = make('button', { type: 'button', tabindex: '-1', 'aria-label': texts.remove(label) });
    button.append(make('i', { class: 'fa fa-times', 'aria-hidden': 'true' }));
    button.addEventListener('click', () => {
      remove(index);
      input.focus();
    });
    tag.append(make('bdi', {}, label), button);
    return tag;
  };

  const draw = (): void => {
    tags.replaceChildren(...values.map(makeTag));
    buttons = [...tags.querySelectorAll('button')];
    input.placeholder = values.length === 0 ? texts.placeholder : '';
    onChange();
  };

  const add = (text: string): void => {
    const value = text.trim();
    input.value = '';
    if (value === '' || values.includes(value)) return;
    values.push(value);
    announce(texts.added(shownText(labelOf(value))));
    draw();
  };

  const remove = (index: number): void => {
    const [value] = values.splice(index, 1);
    if (value === undefined) return;
    announce(texts.removed(shownText(labelOf(value))));
    draw();
  };

  /** The field itself comes after the last tag. */
  const focusTag = (index: number): void => (buttons[index] ?? input).focus();

  const learn = (answer: SuggestionAnswer): void => {
    if ('items' in answer) for (const { value, label } of answer.items) labels.set(value, label);
  };

  const suggestions = makeSuggestionList({
    input,
    suggest,
    texts,
    onPick: add,
    onAnswer: (answer) => {
      learn(answer);
      const items = 'items' in answer ? answer.items.filter(({ value }) => !values.includes(value)) : [];
      hint.textContent = 'hint' in answer ? answer.hint : '';
      hint.hidden = hint.textContent === '';
      announce(texts.found(items.length));
      return items;
    },
  });

  const commit = (): void => {
    add(input.value);
    suggestions.close();
  };

  /** @returns whether the key did something */
  const pressInField = (key: string): boolean => {
    const isEmpty = input.value === '';
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (suggestions.isOpen()) suggestions.mark(key === 'ArrowDown' ? 1 : -1);
      else suggestions.open();
    } else if (key === 'Enter') {
      if (!suggestions.pickMarked()) commit();
    } else if (key === 'Escape' && suggestions.isOpen()) suggestions.close();
    else if (key === 'Escape' && !isEmpty) input.value = '';
    else if (key === 'Backspace' && isEmpty) remove(values.length - 1);
    else if (key === 'ArrowLeft' && isEmpty && values.length > 0) focusTag(values.length - 1);
    else return false;
    return true;
  };

  /** @returns whether the key did something */
  const pressOnTag = (key: string, index: number): boolean => {
    if (key === 'Delete' || key === 'Backspace') {
      remove(index);
      focusTag(Math.min(index, values.length - 1));
    } else if (key === 'ArrowLeft') focusTag(Math.max(0, index - 1));
    else if (key === 'ArrowRight') focusTag(index + 1);
    else return false;
    return true;
  };

  const box = make('div', { class: 'sekoia-tags' });
  setAttributes(input, { spellcheck: 'false' });
  input.before(box);
  box.append(tags, input, suggestions.element);
  box.after(hint);

  box.addEventListener('mousedown', (event) => {
    if (event.target !== box) return;
    event.preventDefault();
    input.focus();
  });
  box.addEventListener('keydown', (event) => {
    // An input method composes with these keys too, and Ctrl+Enter closes the dialog.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = buttons.findIndex((button) => button === event.target);
    if (!(index === -1 ? pressInField(event.key) : pressOnTag(event.key, index))) return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener('input', suggestions.open);
  input.addEventListener('click', suggestions.open);
  input.addEventListener('blur', commit);
  // Several lines are several entries. A comma is no border: names hold commas.
  input.addEventListener('paste', (event) => {
    const lines = (event.clipboardData?.getData('text') ?? '').trim().split(/[\r\n]+/);
    if (lines.length < 2) return;
    event.preventDefault();
    lines.forEach(add);
    suggestions.close();
  });
  draw();

  return {
    values: () => values,
    labelOf,
    commit,
    learnLabels: async () => {
      if (values.length === 0) return;
      learn(await suggest(''));
      draw();
    },
  };
}
