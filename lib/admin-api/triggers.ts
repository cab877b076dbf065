import type { DayCounters } from '../triggers/day-counters';
import type { DeployedTrigger, TriggerRegistry } from '../triggers/registry';
import { NotRememberedError } from '../triggers/switches';
import { TriggerNotReadyError } from '../triggers/trigger-not-ready';
import { ApiError } from './api-error';
import { notReady } from './runs';
import type { TriggerInfo } from './trigger-info';

export function listTriggers(triggers: TriggerRegistry, counters: DayCounters): { triggers: TriggerInfo[] } {
  return { triggers: triggers.all.map((trigger) => infoOf(trigger, counters)) };
}

export function infoOf({ life, names }: DeployedTrigger, counters: DayCounters): TriggerInfo {
  const { trigger, flow } = names();
  return {
    ...trigger,
    flow,
    on: life.on,
    state: life.state,
    error: life.error ?? null,
    lastDay: counters.lastDay(life.id),
    ...life.counts,
  };
}

/** @throws ApiError 404 */
export function findTrigger(triggers: TriggerRegistry, id: string): DeployedTrigger {
  const found = triggers.get(id);
  if (found !== undefined) return found;
  throw new ApiError(404, 'unknown-trigger', 'No deployed trigger has this ID');
}

/** @throws ApiError 409, 500 */
export async function switchTrigger(
  { life }: DeployedTrigger,
  to: { on: false } | { on: true; from: 'stopped' | 'now' },
): Promise<void> {
  try {
    await (to.on ? life.switchOn(to.from) : life.switchOff());
  } catch (error) {
    if (error instanceof TriggerNotReadyError) throw notReady(error);
    if (error instanceof NotRememberedError) throw new ApiError(500, 'not-remembered', error.message);
    throw error;
  }
}
