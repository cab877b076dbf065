import { make, makeButton, shownText } from '../../../lib/editor/dom';
import type { RunSummary } from './api';
import { makeRunBadges } from './status-badge';
import type { Translate } from './texts';
import { duration, makeTime } from './times';

/** A run in the list: a button that opens it. */
export function makeRunRow(_: Translate, run: RunSummary, onOpen: () => void): HTMLLIElement {
  const { alert } = run;
  const button = makeButton(
    { class: `sekoia-runs-row sekoia-runs-is-${run.status}`, tabindex: '-1' },
    '',
    onOpen,
  );
  const top = make('span', { class: 'sekoia-runs-row-line' });
  const title = make('span', { class: 'sekoia-runs-row-title', dir: 'auto' });
  title.textContent = shownText(alert.title ?? alert.uuid);
  title.title = title.textContent;
  top.append(title, makeTime(run.startedAt));
  const details = make('span', { class: 'sekoia-runs-facts' });
  details.append(...makeRunBadges(_, run));
  if (alert.shortId !== null)
    details.append(make('bdi', { class: 'sekoia-runs-id' }, shownText(alert.shortId)));
  if (run.attempt > 1)
    details.append(make('span', {}, _('sekoia-runs.run.attempt', { number: run.attempt })));
  if (run.durationMs !== null)
    details.append(make('span', { class: 'sekoia-runs-row-duration' }, duration(run.durationMs)));
  button.append(top, details);
  const item = make('li');
  item.append(button);
  return item;
}
