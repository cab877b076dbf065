import { type RunDetails, type RunFilter, countFailed, rerun, rerunFailed } from './api';
import { ask, showMessage } from './dialog';
import { type Translate, alertsText, problemText } from './texts';

/** Sends the alert of a run again if the user confirms. @returns whether the alert was sent */
export function askAndRerun(_: Translate, run: RunDetails): Promise<boolean> {
  return confirmAndSend(_, 1, () => rerun(run.id));
}

/**
 * Sends the alerts again that pass the filter and whose last run failed, if the user confirms.
 * @returns whether the alerts were sent
 */
export async function askAndRerunFailed(_: Translate, filter: RunFilter): Promise<boolean> {
  try {
    const { alerts } = await countFailed(filter);
    if (alerts > 0) return await confirmAndSend(_, alerts, () => rerunFailed(filter));
    showMessage(_('sekoia-runs.again.none'), 'compact');
  } catch (problem) {
    showMessage(problemText(_, problem), 'error');
  }
  return false;
}

async function confirmAndSend(
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
    showMessage(_('sekoia-runs.again.sent', { alerts: alertsText(_, alerts) }), 'success');
    return true;
  } catch (problem) {
    showMessage(problemText(_, problem), 'error');
    return false;
  }
}
