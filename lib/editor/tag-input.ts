/**
 * A field that holds a list of texts, each shown as a tag, with suggestions while the user types. Node-RED's own
 * `autoComplete` takes the focus out of the field, holds a single text, and tells a screen reader nothing.
 *
 *   typing, ↓ or a click   opens the suggestions      ↑ ↓        move in them
 *   Enter                  adds the marked suggestion, else the typed text, which may be any text
 *   Escape                 closes them, and then empties the field
 *   Backspace or ← in an empty field   removes, or goes to, the last tag; there ← → move, Delete removes
 *
 * Input from users and from the network is only ever treated as text here.
 */
import { make, setAttributes, shownText } from './dom';
import { type SuggestionAnswer, SuggestionList, type SuggestionListOptions } from './suggestion-list';

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
  /** Has an id and a label. The component moves it into itself. */
  input: HTMLInputElement;
  values: readonly string[];
  /** Must not reject. */
  suggest: SuggestionListOptions['suggest'];
  texts: TagInputTexts & SuggestionListOptions['texts'];
  /** Makes a screen reader say something. */
  announce: (text: string) => void;
  onChange: () => void;
}

export class TagInput {
  readonly #options: TagInputOptions;
  readonly #values: string[];
  /** What to show for a value, by value. */
  readonly #labels = new Map<string, string>();
  readonly #tags = make('ul', { class: 'sekoia-tag-list', role: 'list' });
  readonly #hint = make('p', { class: 'sekoia-hint', role: 'status', hidden: '' });
  readonly #suggestions: SuggestionList;
  /** The button of each tag that removes it. */
  #buttons: HTMLButtonElement[] = [];

  constructor(options: TagInputOptions) {
    this.#options = options;
    this.#values = [...new Set(options.values)];
    const { input, suggest, texts } = options;
    this.#suggestions = new SuggestionList({
      input,
      suggest,
      texts,
      onPick: (value) => this.#add(value),
      onAnswer: (answer) => this.#onAnswer(answer),
    });
    this.#assemble();
    this.#listenToField();
    this.#draw();
  }

  get values(): readonly string[] {
    return this.#values;
  }

  /** What to show for a value. */
  labelOf(value: string): string {
    return this.#labels.get(value) ?? value;
  }

  /** Adds text that was typed but not confirmed, so that closing the form does not lose it. */
  commit(): void {
    this.#add(this.#options.input.value);
    this.#suggestions.close();
  }

  /** Looks up what to show for the stored values, such as the name for a UUID. */
  async learnLabels(): Promise<void> {
    if (this.#values.length === 0) return;
    this.#learn(await this.#options.suggest(''));
    this.#draw();
  }

  #assemble(): void {
    const { input } = this.#options;
    const box = make('div', { class: 'sekoia-tags' });
    setAttributes(input, { spellcheck: 'false' });
    input.before(box);
    box.append(this.#tags, input, this.#suggestions.element);
    box.after(this.#hint);
    box.addEventListener('mousedown', (event) => {
      if (event.target !== box) return;
      event.preventDefault();
      input.focus();
    });
    box.addEventListener('keydown', (event) => this.#onKey(event));
  }

  #listenToField(): void {
    const { input } = this.#options;
    input.addEventListener('input', () => this.#suggestions.open());
    input.addEventListener('click', () => this.#suggestions.open());
    input.addEventListener('blur', () => this.commit());
    // Each pasted line is an entry. A comma does not separate entries, because names contain commas.
    input.addEventListener('paste', (event) => {
      const lines = (event.clipboardData?.getData('text') ?? '').trim().split(/[\r\n]+/);
      if (lines.length < 2) return;
      event.preventDefault();
      for (const line of lines) this.#add(line);
      this.#suggestions.close();
    });
  }

  #draw(): void {
    const { input, texts, onChange } = this.#options;
    this.#tags.replaceChildren(...this.#values.map((value, index) => this.#makeTag(value, index)));
    this.#buttons = [...this.#tags.querySelectorAll('button')];
    input.placeholder = this.#values.length === 0 ? texts.placeholder : '';
    onChange();
  }

  #makeTag(value: string, index: number): HTMLLIElement {
    const { input, texts } = this.#options;
    const label = shownText(this.labelOf(value));
    const tag = make('li', { class: 'sekoia-tag', title: shownText(value) });
    const button = make('button', { type: 'button', tabindex: '-1', 'aria-label': texts.remove(label) });
    button.append(make('i', { class: 'fa fa-times', 'aria-hidden': 'true' }));
    button.addEventListener('click', () => {
      this.#remove(index);
      input.focus();
    });
    tag.append(make('bdi', {}, label), button);
    return tag;
  }

  #add(text: string): void {
    const { input, announce, texts } = this.#options;
    const value = text.trim();
    input.value = '';
    if (value === '' || this.#values.includes(value)) return;
    this.#values.push(value);
    announce(texts.added(shownText(this.labelOf(value))));
    this.#draw();
  }

  #remove(index: number): void {
    const { announce, texts } = this.#options;
    const [value] = this.#values.splice(index, 1);
    if (value === undefined) return;
    announce(texts.removed(shownText(this.labelOf(value))));
    this.#draw();
  }

  #learn(answer: SuggestionAnswer): void {
    if ('items' in answer) for (const { value, label } of answer.items) this.#labels.set(value, label);
  }

  #onAnswer(answer: SuggestionAnswer): ReturnType<SuggestionListOptions['onAnswer']> {
    const { announce, texts } = this.#options;
    this.#learn(answer);
    const items = 'items' in answer ? answer.items.filter(({ value }) => !this.#values.includes(value)) : [];
    this.#hint.textContent = 'hint' in answer ? answer.hint : '';
    this.#hint.hidden = this.#hint.textContent === '';
    announce(texts.found(items.length));
    return items;
  }

  #onKey(event: KeyboardEvent): void {
    // An input method uses these keys too, and Ctrl+Enter closes the dialog.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = this.#buttons.findIndex((button) => button === event.target);
    if (!(index === -1 ? this.#pressInField(event.key) : this.#pressOnTag(event.key, index))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @returns whether the key did something */
  #pressInField(key: string): boolean {
    const { input } = this.#options;
    const suggestions = this.#suggestions;
    const last = this.#values.length - 1;
    const isEmpty = input.value === '';
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (suggestions.isOpen) suggestions.markNext(key === 'ArrowDown' ? 1 : -1);
      else suggestions.open();
    } else if (key === 'Enter') {
      if (!suggestions.pickMarked()) this.commit();
    } else if (key === 'Escape' && suggestions.isOpen) suggestions.close();
    else if (key === 'Escape' && !isEmpty) input.value = '';
    else if (key === 'Backspace' && isEmpty) this.#remove(last);
    else if (key === 'ArrowLeft' && isEmpty && last >= 0) this.#focusTag(last);
    else return false;
    return true;
  }

  /** @returns whether the key did something */
  #pressOnTag(key: string, index: number): boolean {
    if (key === 'Delete' || key === 'Backspace') {
      this.#remove(index);
      this.#focusTag(Math.min(index, this.#values.length - 1));
    } else if (key === 'ArrowLeft') this.#focusTag(Math.max(0, index - 1));
    else if (key === 'ArrowRight') this.#focusTag(index + 1);
    else return false;
    return true;
  }

  /** The field itself follows the last tag. */
  #focusTag(index: number): void {
    (this.#buttons[index] ?? this.#options.input).focus();
  }
}
