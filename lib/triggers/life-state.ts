import type { TriggerState } from '../delivery/trigger-state';

/**
 * off            switched off: no socket for its sake, nothing is sent, the ledger keeps what waits.
 * misconfigured  there is no Sekoia configuration, or it cannot be used.
 * standby        another process owns its ledger: nothing is read or sent, and it takes over when that one is gone.
 * ledger         its ledger cannot be opened or written.
 * paused         the other tool fails: one alert at a time is tried, rarely.
 *
 * The others are those of a trigger that runs.
 */
export type LifeState = TriggerState | 'off' | 'misconfigured' | 'standby' | 'ledger' | 'paused';
