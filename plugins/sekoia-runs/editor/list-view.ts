import { make, makeButton, makeIcon } from '../../../lib/editor/dom';
import { mayWrite } from './access';
import type { RunSummary } from './api';
import { FilterBar } from './filter-bar';
import { askAndRerunFailed } from './rerun';
import { RunList } from './run-list';
import { makeRunRow } from './run-row';
import { type Translate, problemText } from './texts';

interface Row {
  readonly item: HTMLLIElement;
  /** The run as JSON, as the row shows it. */
  readonly shown: string;
}

/** The list of runs with its filter. Scrolling loads older runs. */
export class ListView {
  readonly element = make('section', { class: 'sekoia-runs-list-view' });
  readonly list: RunList;
  readonly filter: FilterBar;
  readonly #_: Translate;
  readonly #onOpen: (id: string) => void;
  readonly #rows = new Map<string, Row>();
  readonly #items = make('ul', { class: 'sekoia-runs-list' });
  readonly #message = make('p', { class: 'sekoia-runs-message', role: 'status' });
  readonly #end = make('div', { class: 'sekoia-runs-end' });
  readonly #onEnd: IntersectionObserver;

  constructor(_: Translate, onOpen: (id: string) => void) {
    this.#_ = _;
    this.#onOpen = onOpen;
    this.list = new RunList(() => this.#show());
    this.filter = new FilterBar(_, (filter) => this.list.setFilter(filter));
    this.element.setAttribute('aria-label', _('sekoia-runs.list.title'));
    this.#items.setAttribute('aria-label', _('sekoia-runs.list.title'));
    const again = makeButton({ class: 'red-ui-button red-ui-button-small' }, '', () => {
      void askAndRerunFailed(_, this.list.filter);
    });
    again.append(makeIcon('repeat'), _('sekoia-runs.again.failed'));
    again.hidden = !mayWrite();
    this.filter.element.append(again);
    this.#items.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.append(this.filter.element, this.#message, this.#items, this.#end);
    this.#onEnd = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void this.list.more();
    });
  }

  /** Moves the focus to a run, or to the filter if the list does not have that run. */
  focus(id: string | undefined): void {
    const row = id === undefined ? undefined : this.#rows.get(id);
    const button = row && buttonOf(row.item);
    if (button) this.#keepReachable(button);
    (button ?? this.filter).focus();
  }

  #show(): void {
    const { runs } = this.list;
    const wanted = new Set(runs.map(({ id }) => id));
    for (const [id, { item }] of this.#rows) {
      if (wanted.has(id)) continue;
      item.remove();
      this.#rows.delete(id);
    }
    runs.forEach((run, index) => {
      const item = this.#row(run);
      if (this.#items.children[index] !== item)
        this.#items.insertBefore(item, this.#items.children[index] ?? null);
    });
    this.#keepReachable();
    this.#message.textContent = this.#messageText();
    this.#message.hidden = this.#message.textContent === '';
    // Observed again, because the end may still be visible.
    this.#onEnd.unobserve(this.#end);
    if (this.list.hasMore) this.#onEnd.observe(this.#end);
  }

  #row(run: RunSummary): HTMLLIElement {
    const shown = JSON.stringify(run);
    const known = this.#rows.get(run.id);
    if (known?.shown === shown) return known.item;
    const item = makeRunRow(this.#_, run, () => this.#onOpen(run.id));
    if (known !== undefined) {
      const hadFocus = known.item.contains(document.activeElement);
      known.item.replaceWith(item);
      if (hadFocus) buttonOf(item)?.focus();
    }
    this.#rows.set(run.id, { item, shown });
    return item;
  }

  #messageText(): string {
    const { problem, isLoading, runs, isFiltered } = this.list;
    if (problem !== undefined) return problemText(this.#_, problem);
    if (runs.length > 0) return '';
    if (isLoading) return this.#_('sekoia-runs.list.loading');
    return isFiltered ? this.#_('sekoia-runs.list.none') : this.#_('sekoia-runs.list.empty');
  }

  /** Makes the list a single tab stop: the run that had the focus last, or else the first one. */
  #keepReachable(reachable?: HTMLButtonElement): void {
    const buttons = [...this.#items.querySelectorAll<HTMLButtonElement>('.sekoia-runs-row')];
    const one =
      reachable ??
      buttons.find((button) => button === document.activeElement) ??
      buttons.find(({ tabIndex }) => tabIndex === 0) ??
      buttons[0];
    for (const button of buttons) button.tabIndex = button === one ? 0 : -1;
  }

  #onKey(event: KeyboardEvent): void {
    const buttons = [...this.#items.querySelectorAll<HTMLButtonElement>('.sekoia-runs-row')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const targets: Partial<Record<string, number>> = {
      ArrowDown: Math.min(at + 1, buttons.length - 1),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: buttons.length - 1,
    };
    const target = buttons[targets[event.key] ?? -1];
    if (at === -1 || target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#keepReachable(target);
    target.focus();
  }
}

function buttonOf(item: HTMLLIElement): HTMLButtonElement | null {
  return item.querySelector('button');
}
