import { make, makeButton, makeIcon, shownText } from '../../../lib/editor/dom';
import type { RunDetails } from './api';
import { type StepPlace, labelOf, placeOf, reveal } from './canvas-nodes';
import { makeObjectViewer } from './object-viewer';
import { makeStatusSign } from './status-badge';
import type { Translate } from './texts';
import { duration } from './times';

export type Step = RunDetails['steps'][number];
type Output = Step['outputs'][number];

/**
 * One step of a run: a button that reveals the node and opens the output.
 * @param isOpen whether the step starts open
 * @param onToggle is called when the user opens or closes the step
 */
export function makeStepView(
  _: Translate,
  step: Step,
  isOpen: boolean,
  onToggle: (isOpen: boolean) => void,
): HTMLElement {
  const place = placeOf(step.nodeId);
  const body = make('div', { class: 'sekoia-runs-step-body' });
  const setOpen = (open: boolean): void => {
    button.setAttribute('aria-expanded', String(open));
    body.hidden = !open;
    // Made on demand, because a run may have many large outputs.
    if (open && body.childElementCount === 0) body.append(...makeBody(_, step, place));
  };
  const button = makeButton({ class: 'sekoia-runs-step' }, '', () => {
    const open = button.getAttribute('aria-expanded') !== 'true';
    setOpen(open);
    onToggle(open);
    if (!open) return;
    reveal(place);
    button.focus();
  });
  const name = step.nodeName ?? labelOf(place) ?? step.nodeType;
  const title = make('bdi', { class: 'sekoia-runs-step-name' }, shownText(name));
  const time = make('span', { class: 'sekoia-runs-quiet' });
  time.textContent = step.durationMs === null ? _('sekoia-runs.status.running') : duration(step.durationMs);
  button.append(
    make('i', { class: 'fa fa-angle-right sekoia-runs-caret', 'aria-hidden': 'true' }),
    makeStatusSign(_, step.status),
    title,
    time,
  );
  const item = make('li');
  item.append(button, body);
  setOpen(isOpen);
  return item;
}

function makeBody(_: Translate, step: Step, place: StepPlace): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (step.error !== null) parts.push(makeError(step.error.message));
  if (place.onFlow === undefined) parts.push(makeNote(_('sekoia-runs.step.gone')));
  parts.push(...step.outputs.map((output) => makeOutput(_, output)));
  if (step.outputs.length === 0 && step.status !== 'running')
    parts.push(makeNote(_('sekoia-runs.step.no-output')));
  if (step.outputsLeftOut > 0)
    parts.push(
      makeNote(_('sekoia-runs.step.left-out', { number: step.outputsLeftOut, count: step.outputsLeftOut })),
    );
  return parts;
}

function makeOutput(_: Translate, { port, message, cut, skipped }: Output): HTMLElement {
  const box = make('div', { class: 'sekoia-runs-output' });
  box.append(make('div', { class: 'sekoia-runs-quiet' }, _('sekoia-runs.step.output', { number: port + 1 })));
  box.append(skipped ? makeNote(_('sekoia-runs.step.skipped')) : makeObjectViewer(message));
  if (cut) box.append(makeNote(_('sekoia-runs.step.cut')));
  return box;
}

/** Shows an error almost in full, because it may be the only clue. */
export function makeError(message: string): HTMLElement {
  const box = make('div', { class: 'sekoia-runs-error' });
  box.append(makeIcon('exclamation-triangle'), make('bdi', {}, message.slice(0, 2000)));
  return box;
}

function makeNote(text: string): HTMLElement {
  return make('p', { class: 'sekoia-runs-note' }, text);
}
