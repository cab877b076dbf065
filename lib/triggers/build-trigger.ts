import { type Sender, endedDelivery } from '../delivery/attempt';
import { DeliveryEvents } from '../delivery/delivery-events';
import type { PlatformState } from '../delivery/platform-watch';
import type { Platform } from '../sekoia/platform';
import { Trigger, type TriggerOptions } from './trigger';

export interface TriggerBuild extends Omit<TriggerOptions, 'client' | 'live'> {
  platform: Platform;
  /** Gets the events of the Trigger, too, and outlives it. */
  events: DeliveryEvents;
  /** Whether this process still owns the ledger. */
  ownsLedger: () => boolean;
  /** Whether changes no longer matter to anybody. */
  isClosed: () => boolean;
}

/** A Trigger with a stream of its own, so that the listeners end with it. */
export function buildTrigger(build: TriggerBuild): Trigger {
  const { platform, sender, ownsLedger, isClosed } = build;
  const events = new DeliveryEvents();
  const { client, live } = platform;
  const trigger = new Trigger({ ...build, client, live, events, sender: fenced(sender, ownsLedger) });
  let reported: PlatformState | undefined;
  events.subscribe((event) => {
    if (event.kind === 'changed') {
      const { state, error } = trigger.status;
      if (state === 'refused' && reported !== 'refused' && error !== undefined)
        build.events.publish({ kind: 'trouble', message: error.message, level: 'warn' });
      reported = state;
    }
    if (event.kind !== 'changed' || !isClosed()) build.events.publish(event);
  });
  return trigger;
}

/** Sends nothing once the ledger is lost. */
function fenced(sender: Sender, ownsLedger: () => boolean): Sender {
  return {
    send: (message, onRevised) =>
      ownsLedger() ? sender.send(message, onRevised) : endedDelivery({ status: 'abandoned' }),
  };
}
