import { make, makeButton, makeIcon, shownText } from '../../../lib/editor/dom';
import { mayWrite } from './access';
import type { RunDetails } from './api';
import { makeRunBadges } from './status-badge';
import { makeSentView } from './sent-view';
import { makeError, makeStepView } from './step-view';
import type { Translate } from './texts';
import { duration, makeTime } from './times';

export interface RunViewOptions {
  _: Translate;
  onBack: () => void;
  onRerun: (run: RunDetails) => void;
}

/** One run, step by step. */
export class RunView {
  readonly element = make('section', { class: 'sekoia-runs-run', hidden: '' });
  readonly #options: RunViewOptions;
  readonly #back: HTMLButtonElement;
  readonly #again: HTMLButtonElement;
  readonly #head = make('div', { class: 'sekoia-runs-run-head' });
  readonly #steps = make('ol', { class: 'sekoia-runs-steps' });
  readonly #leftOut = make('p', { class: 'sekoia-runs-note' });
  #run: RunDetails | undefined;
  /** Each step as JSON, as it is shown. A step that did not change is not drawn again. */
  #shown: string[] = [];
  /** The indexes of the open steps. */
  #open = new Set<number>();

  constructor(options: RunViewOptions) {
    const { _ } = (this.#options = options);
    this.element.setAttribute('aria-label', _('sekoia-runs.run.title'));
    this.#steps.setAttribute('aria-label', _('sekoia-runs.run.steps'));
    this.#back = makeButton({ class: 'red-ui-button red-ui-button-small' }, '', options.onBack);
    this.#back.append(makeIcon('chevron-left'), _('sekoia-runs.run.back'));
    this.#again = makeButton({ class: 'red-ui-button red-ui-button-small' }, '', () => {
      if (this.#run !== undefined) options.onRerun(this.#run);
    });
    this.#again.append(makeIcon('repeat'), _('sekoia-runs.again.one'));
    this.#again.hidden = !mayWrite();
    const bar = make('div', { class: 'sekoia-runs-bar' });
    bar.append(this.#back, this.#again);
    this.element.append(bar, this.#head, this.#steps, this.#leftOut);
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      options.onBack();
    });
  }

  get runId(): string | undefined {
    return this.#run?.id;
  }

  focus(): void {
    this.#back.focus();
  }

  /** Shows a run, or the progress of the run that is shown. */
  show(run: RunDetails): void {
    const { _ } = this.#options;
    if (run.id !== this.runId) {
      this.#shown = [];
      // Users look for the failed step.
      this.#open = new Set([run.steps.findLastIndex(({ status }) => status === 'failed')]);
      this.#steps.replaceChildren();
    }
    this.#run = run;
    this.#head.replaceChildren(...makeHead(_, run));
    for (const [index, step] of run.steps.entries()) {
      const text = JSON.stringify(step);
      if (this.#shown[index] === text) continue;
      this.#shown[index] = text;
      const view = makeStepView(_, step, this.#open.has(index), (isOpen) => {
        if (isOpen) this.#open.add(index);
        else this.#open.delete(index);
      });
      const shown = this.#steps.children[index];
      const hadFocus = shown?.contains(document.activeElement) === true;
      if (shown === undefined) this.#steps.append(view);
      else shown.replaceWith(view);
      if (hadFocus) view.querySelector('button')?.focus();
    }
    this.#leftOut.textContent =
      run.stepsLeftOut > 0
        ? _('sekoia-runs.run.left-out', { number: run.stepsLeftOut, count: run.stepsLeftOut })
        : '';
  }

  close(): void {
    this.#run = undefined;
  }
}

function makeHead(_: Translate, run: RunDetails): HTMLElement[] {
  const { alert, error } = run;
  const title = make('h3', { class: 'sekoia-runs-title', dir: 'auto' }, shownText(alert.title ?? alert.uuid));
  title.title = title.textContent;
  const facts = make('div', { class: 'sekoia-runs-facts' });
  facts.append(...makeRunBadges(_, run));
  if (alert.shortId !== null)
    facts.append(make('bdi', { class: 'sekoia-runs-id' }, shownText(alert.shortId)));
  if (alert.urgency !== null)
    facts.append(make('span', {}, _('sekoia-runs.run.urgency', { urgency: alert.urgency })));
  const link = makeLink(_, alert.url);
  if (link !== undefined) facts.append(link);

  const when = make('div', { class: 'sekoia-runs-facts sekoia-runs-quiet' });
  when.append(make('bdi', {}, shownText(`${run.flow.name} › ${run.trigger.name}`)), makeTime(run.startedAt));
  if (run.durationMs !== null) when.append(make('span', {}, duration(run.durationMs)));
  when.append(make('span', {}, _(`sekoia-runs.source.${run.source}`)));
  if (run.attempt > 1) when.append(make('span', {}, _('sekoia-runs.run.attempt', { number: run.attempt })));
  // A step shows its own error.
  const isShownInStep = run.steps.some((step) => step.error?.message === error?.message);
  const sent = makeSentView(_, run);
  return [
    ...[title, facts, when],
    ...(error === null || isShownInStep ? [] : [makeError(error.message)]),
    ...(sent === undefined ? [] : [sent]),
  ];
}

/** A link to the alert in Sekoia, for web addresses only. */
function makeLink(_: Translate, url: string | null): HTMLAnchorElement | undefined {
  if (url === null || !/^https?:\/\//i.test(url)) return undefined;
  const link = make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' });
  link.append(_('sekoia-runs.run.open'), ' ', makeIcon('external-link'));
  return link;
}
