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

/** The state of a run in colour, sign and word: none of them alone would do for everybody. */
export function makeStatusBadge(_: Translate, status: RunStatus): HTMLElement {
  const badge = make('span', { class: `sekoia-runs-badge sekoia-runs-is-${status}` });
  badge.append(makeIcon(ICONS[status]), statusText(_, status));
  return badge;
}

/** The state of a run; of one that succeeded without having sent anything, that and where it ended. */
export function makeRunBadges(_: Translate, { status, nothingSent }: RunSummary): HTMLElement[] {
  // What is known of a change is its status, until the run is read anew.
  if (status !== 'succeeded' || nothingSent === undefined) return [makeStatusBadge(_, status)];
  const badge = make('span', { class: 'sekoia-runs-badge sekoia-runs-is-silent' });
  badge.append(makeIcon('check-circle-o'), _('sekoia-runs.status.nothing-sent'));
  const nodes = nothingSent.endedAt.map(shownText).join(', ');
  if (nodes === '') return [badge];
  return [badge, make('bdi', {}, `(${_('sekoia-runs.sent.ended-at', { nodes })})`)];
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
