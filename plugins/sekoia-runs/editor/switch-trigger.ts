import { type TriggerInfo, countWaiting, switchOff, switchOn } from './api';
import { ask, showMessage } from './dialog';
import { type Translate, alertsText, problemText } from './texts';
import type { TriggerStates } from './trigger-states';

/** The triggers that are being switched. A second press must not switch them back. */
const busy = new Set<string>();

export async function switchTrigger(_: Translate, states: TriggerStates, id: string): Promise<void> {
  const trigger = states.get(id);
  if (trigger === undefined || busy.has(id)) return;
  busy.add(id);
  try {
    const answer = trigger.on ? await switchOff(id) : await askAndSwitchOn(_, trigger);
    if (answer !== undefined) states.set(answer);
  } catch (problem) {
    showMessage(problemText(_, problem), 'error');
  } finally {
    busy.delete(id);
  }
}

/** @returns undefined if the user cancels */
async function askAndSwitchOn(_: Translate, { id }: TriggerInfo): Promise<TriggerInfo | undefined> {
  const { alerts } = await countWaiting(id);
  if (alerts === 0) return switchOn(id, 'stopped');
  const question =
    alerts === null
      ? _('sekoia-runs.switch.unknown-waiting')
      : _('sekoia-runs.switch.waiting', { alerts: alertsText(_, alerts), count: alerts });
  const from = await ask(
    question,
    [
      { id: 'now', label: _('sekoia-runs.switch.skip') },
      { id: 'stopped', label: _('sekoia-runs.switch.send'), isPrimary: true },
    ],
    _('sekoia-runs.dialog.cancel'),
  );
  return from === undefined ? undefined : switchOn(id, from);
}
