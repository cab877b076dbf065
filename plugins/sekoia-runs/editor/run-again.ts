import { type RunDetails, type RunFilter, countFailed, rerun, rerunFailed } from './api';
import { ask, say } from './dialog';
import { type Translate, alertsText, problemText } from './texts';

/** Sends the alert of a run again, if the user means it. @returns whether it was sent */
export function runAgain(_: Translate, run: RunDetails): Promise<boolean> {
  return sendAgain(_, 1, () => rerun(run.id));
}

/** Sends the alerts again whose last run failed, of those that pass the filter, if the user means it. */
export async function runFailedAgain(_: Translate, filter: RunFilter): Promise<boolean> {
  try {
    const { alerts } = await countFailed(filter);
    if (alerts > 0) return await sendAgain(_, alerts, () => rerunFailed(filter));
    say(_('sekoia-runs.again.none'), 'compact');
  } catch (problem) {
    say(problemText(_, problem), 'error');
  }
  return false;
}

async function sendAgain(
  _: Translate,
  number: number,
  send: () => Promise<{ alerts: number }>,
): Promise<boolean> {
  const answer = await ask(
    _('sekoia-runs.again.question', { alerts: alertsText(_, number) }),
    [{ id: 'send', label: _('sekoia-runs.again.send'), isPrimary: true }],
    _('sekoia-runs.dialog.cancel'),
  );
  if (answer === undefined) return false;
  try {
    const { alerts } = await send();
    say(_('sekoia-runs.again.sent', { alerts: alertsText(_, alerts) }), 'success');
    return true;
  } catch (problem) {
    say(problemText(_, problem), 'error');
    return false;
  }
}
