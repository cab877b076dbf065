import { make, makeIcon } from '../../../lib/editor/dom';
import type { RunStatus } from './api';
import type { Translate } from './texts';

const ICONS: Readonly<Record<RunStatus, string>> = {
  running: 'refresh',
  succeeded: 'check-circle',
  failed: 'times-circle',
  waiting: 'clock-o',
  'timed-out': 'hourglass-end',
};

/** The state of a run in colour, sign and word: none of them alone would do for everybody. */
export function makeStatusBadge(_: Translate, status: RunStatus): HTMLElement {
  const badge = make('span', { class: `sekoia-runs-badge sekoia-runs-is-${status}` });
  badge.append(makeIcon(ICONS[status]), statusText(_, status));
  return badge;
}

/** The state of a step: there is little room, so the word is for those who listen, and on hovering. */
export function makeStatusSign(_: Translate, status: RunStatus): HTMLElement {
  const text = statusText(_, status);
  const sign = make('span', { class: `sekoia-runs-sign sekoia-runs-is-${status}`, title: text });
  sign.append(makeIcon(ICONS[status]), make('span', { class: 'sekoia-runs-unseen' }, text));
  return sign;
}

export function statusText(_: Translate, status: RunStatus): string {
  return _(`sekoia-runs.status.${status}`);
}
