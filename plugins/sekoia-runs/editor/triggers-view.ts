import { make, makeButton, setAttributes, shownText } from '../../../lib/editor/dom';
import { mayWrite } from './access';
import type { TriggerInfo } from './api';
import { placeOf, reveal } from './canvas-nodes';
import { makeError } from './step-view';
import { switchTrigger } from './switch-trigger';
import { type Translate, problemText } from './texts';
import type { TriggerStates } from './trigger-states';

interface Card {
  readonly element: HTMLLIElement;
  readonly update: (trigger: TriggerInfo) => void;
}

/** The triggers with their states, figures, and switches. */
export class TriggersView {
  readonly element = make('section', { class: 'sekoia-runs-triggers' });
  readonly #_: Translate;
  readonly #states: TriggerStates;
  readonly #list = make('ul');
  readonly #message = make('p', { class: 'sekoia-runs-message', role: 'status' });
  readonly #cards = new Map<string, Card>();

  constructor(_: Translate, states: TriggerStates) {
    this.#_ = _;
    this.#states = states;
    this.element.setAttribute('aria-label', _('sekoia-runs.triggers.title'));
    this.element.append(this.#message, this.#list);
    states.onChange(() => this.#show());
  }

  #show(): void {
    const { all, problem } = this.#states;
    for (const [id, { element }] of this.#cards) {
      if (this.#states.get(id) !== undefined) continue;
      element.remove();
      this.#cards.delete(id);
    }
    for (const trigger of all) {
      const card = this.#cards.get(trigger.id) ?? this.#add(trigger);
      card.update(trigger);
    }
    // The list of runs reports a refusal.
    this.#message.textContent =
      problem === undefined && all.length === 0 ? this.#_('sekoia-runs.triggers.none') : '';
    if (problem !== undefined && !problem.isRefusal)
      this.#message.textContent = problemText(this.#_, problem);
    this.#message.hidden = this.#message.textContent === '';
  }

  #add(trigger: TriggerInfo): Card {
    const card = makeCard(this.#_, trigger, () => void switchTrigger(this.#_, this.#states, trigger.id));
    this.#cards.set(trigger.id, card);
    this.#list.append(card.element);
    return card;
  }
}

/** A card is updated in place, so that its switch keeps the focus. */
function makeCard(_: Translate, { id }: TriggerInfo, onSwitch: () => void): Card {
  const element = make('li', { class: 'sekoia-runs-trigger' });
  const name = makeButton(
    { class: 'sekoia-runs-trigger-name', title: _('sekoia-runs.triggers.reveal') },
    '',
    () => {
      reveal(placeOf(id));
      name.focus();
    },
  );
  const onOff = makeButton({ class: 'sekoia-runs-switch', role: 'switch' }, '', onSwitch);
  onOff.disabled = !mayWrite();
  if (onOff.disabled) onOff.title = _('sekoia-runs.triggers.read-only');
  const state = make('div', { class: 'sekoia-runs-state' });
  const figures = make('dl', { class: 'sekoia-runs-figures' });
  figures.setAttribute('aria-label', _('sekoia-runs.triggers.last-day'));
  figures.title = _('sekoia-runs.triggers.last-day');
  const error = make('div');
  const top = make('div', { class: 'sekoia-runs-trigger-top' });
  top.append(name, onOff);
  element.append(top, state, error, figures);
  return {
    element,
    update: (trigger) => {
      name.replaceChildren(make('bdi', {}, shownText(trigger.name)));
      setAttributes(onOff, {
        'aria-checked': String(trigger.on),
        'aria-label': _('sekoia-runs.triggers.switch', { name: shownText(trigger.name) }),
      });
      const isOn = trigger.on ? _('sekoia-runs.triggers.on') : _('sekoia-runs.triggers.off');
      onOff.replaceChildren(make('span', { class: 'sekoia-runs-knob' }), make('span', {}, isOn));
      state.replaceChildren(
        make('span', { class: `sekoia-runs-dot sekoia-runs-state-${trigger.state}` }),
        make('span', {}, _(`sekoia-runs.state.${trigger.state}`)),
        make('bdi', { class: 'sekoia-runs-quiet' }, shownText(trigger.flow.name)),
      );
      error.replaceChildren(...(trigger.error === null ? [] : [makeError(trigger.error)]));
      figures.replaceChildren(...makeFigures(_, trigger));
    },
  };
}

function makeFigures(_: Translate, { lastDay, waiting, dead }: TriggerInfo): HTMLElement[] {
  const { received, filtered, succeeded, failed } = lastDay;
  const figures = { received, filtered, succeeded, failed, waiting, ...(dead > 0 && { dead }) };
  return Object.entries(figures).map(([name, number]) => {
    const figure = make('div', { class: number > 0 ? `sekoia-runs-figure-${name}` : 'sekoia-runs-zero' });
    figure.append(
      make('dt', {}, _(`sekoia-runs.figure.${name}`, { count: number })),
      make('dd', {}, number.toLocaleString(RED.i18n.lang())),
    );
    return figure;
  });
}
