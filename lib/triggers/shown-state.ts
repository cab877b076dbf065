import type { PlatformState } from '../delivery/platform-watch';

/**
 * The state of a trigger, as status line, sidebar, and API show it.
 *
 * off            switched off: no socket is open, nothing is sent, and the ledger keeps waiting alerts.
 * misconfigured  there is no Sekoia configuration, or it cannot be used.
 * standby        another process owns its ledger: it takes over when that process is gone.
 * ledger         its ledger cannot be opened or written.
 * paused         the other tool fails: the trigger rarely probes with one alert.
 *
 * The others are those of the platform.
 */
export type ShownState = PlatformState | 'off' | 'misconfigured' | 'standby' | 'ledger' | 'paused';

export interface StateFacts {
  readonly on: boolean;
  readonly configured: boolean;
  readonly standby: boolean;
  readonly ledgerFails: boolean;
  /** Undefined while the trigger does not run. */
  readonly platform: PlatformState | undefined;
  readonly toolFails: boolean;
}

/** The one state to show when several apply: the one to act on first. */
export function shownState(facts: StateFacts): ShownState {
  if (!facts.on) return 'off';
  if (!facts.configured) return 'misconfigured';
  if (facts.standby) return 'standby';
  if (facts.ledgerFails) return 'ledger';
  if (facts.platform === undefined) return 'connecting';
  if (facts.toolFails && facts.platform !== 'refused') return 'paused';
  return facts.platform;
}
