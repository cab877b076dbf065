import { make, makeIcon, shownText } from '../../../lib/editor/dom';
import type { RunStatus, RunSummary } from './api';
import type { Translate } from './texts';

const ICONS: Readonly<Record<RunStatus, string>> = {
  running: 'refresh',
  succeeded: 'check-circle',
  failed: 'times-circle',
  waiting: 'clock-o',
  'timed-out': 'hourglass-end',
};

/** Shows the status of a run by color, icon, and word, because no single one of them works for every user. */
export function makeStatusBadge(_: Translate, status: RunStatus): HTMLElement {
  const badge = make('span', { class: `sekoia-runs-badge sekoia-runs-is-${status}` });
  badge.append(makeIcon(ICONS[status]), statusText(_, status));
  return badge;
}

/** Shows the status of a run. For a run that succeeded but sent nothing, it shows that and where the run ended. */
export function makeRunBadges(_: Translate, { status, nothingSent }: RunSummary): HTMLElement[] {
  // A change carries the status only. `nothingSent` may be outdated until the run is read again.
  if (status !== 'succeeded' || nothingSent === undefined) return [makeStatusBadge(_, status)];
  const badge = make('span', { class: 'sekoia-runs-badge sekoia-runs-is-silent' });
  badge.append(makeIcon('check-circle-o'), _('sekoia-runs.status.nothing-sent'));
  const nodes = nothingSent.endedAt.map(shownText).join(', ');
  if (nodes === '') return [badge];
  return [badge, make('bdi', {}, `(${_('sekoia-runs.sent.ended-at', { nodes })})`)];
}

/** Shows the status of a step. Space is limited, so only screen readers and the tooltip give the word. */
export function makeStatusSign(_: Translate, status: RunStatus): HTMLElement {
  const text = statusText(_, status);
  const sign = make('span', { class: `sekoia-runs-sign sekoia-runs-is-${status}`, title: text });
  sign.append(makeIcon(ICONS[status]), make('span', { class: 'sekoia-runs-unseen' }, text));
  return sign;
}

export function statusText(_: Translate, status: RunStatus): string {
  return _(`sekoia-runs.status.${status}`);
}
