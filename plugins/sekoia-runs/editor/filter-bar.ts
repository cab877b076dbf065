import { make } from '../../../lib/editor/dom';
import type { RunFilter, RunStatus, TriggerInfo } from './api';
import { statusText } from './status-badge';
import type { Translate } from './texts';

const STATUSES: readonly RunStatus[] = ['running', 'succeeded', 'failed', 'waiting', 'timed-out'];
/** How long to wait for more typing. */
const SEARCH_AFTER_MS = 250;

/** The fields that select which runs the list shows. */
export class FilterBar {
  readonly element = make('div', { class: 'sekoia-runs-filter', role: 'search' });
  readonly #_: Translate;
  readonly #search: HTMLInputElement;
  readonly #status: HTMLSelectElement;
  readonly #trigger: HTMLSelectElement;

  constructor(_: Translate, onFilter: (filter: RunFilter) => void) {
    this.#_ = _;
    this.#search = make('input', {
      type: 'search',
      placeholder: _('sekoia-runs.filter.search'),
      'aria-label': _('sekoia-runs.filter.search'),
      spellcheck: 'false',
      autocomplete: 'off',
    });
    this.#status = make('select', { 'aria-label': _('sekoia-runs.filter.status') });
    this.#status.append(
      makeOption('', _('sekoia-runs.filter.any-status')),
      ...STATUSES.map((status) => makeOption(status, statusText(_, status))),
    );
    this.#trigger = make('select', { 'aria-label': _('sekoia-runs.filter.trigger') });
    this.setTriggers([]);
    this.element.append(this.#search, this.#status, this.#trigger);

    let timer: number | undefined;
    const report = (): void => {
      window.clearTimeout(timer);
      onFilter(this.#filter());
    };
    this.#search.addEventListener('input', () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(report, SEARCH_AFTER_MS);
    });
    for (const select of [this.#status, this.#trigger]) select.addEventListener('change', report);
  }

  focus(): void {
    this.#search.focus();
  }

  setTriggers(triggers: readonly TriggerInfo[]): void {
    const { value } = this.#trigger;
    const options = triggers.map(({ id, name }) => makeOption(id, name.slice(0, 80)));
    // A trigger that is no longer deployed may still have runs.
    const isGone = value !== '' && !triggers.some(({ id }) => id === value);
    this.#trigger.replaceChildren(
      makeOption('', this.#_('sekoia-runs.filter.any-trigger')),
      ...(isGone ? [makeOption(value, value)] : []),
      ...options,
    );
    this.#trigger.value = value;
    this.#trigger.hidden = triggers.length < 2 && value === '';
  }

  #filter(): RunFilter {
    return {
      alert: this.#search.value.trim(),
      status: this.#status.value as RunFilter['status'],
      trigger: this.#trigger.value,
    };
  }
}

function makeOption(value: string, text: string): HTMLOptionElement {
  return make('option', { value }, text);
}
