import type { RunStatus } from '../history/run-record';
import type { ShownState } from './shown-state';

/** The topic of Node-RED's comms that tells editors about changes. */
export const CHANGES_TOPIC = 'sekoia-runs/changes';

/** The notification to editors: only IDs and states, because every open editor receives it. */
export interface Changes {
  readonly runs: readonly { readonly id: string; readonly status: RunStatus }[];
  readonly triggers: readonly TriggerChange[];
  /** More runs changed than are listed: load the list again. */
  readonly many?: true;
}

export interface TriggerChange {
  readonly id: string;
  readonly on: boolean;
  readonly state: ShownState;
}
