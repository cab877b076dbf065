/**
 * What the plugin sekoia-runs offers to the button of a trigger node: the plugin knows which triggers are on, and
 * it may be disabled or missing.
 */
export interface TriggerSwitches {
  /** Whether it is deployed, and the user may switch it. */
  canSwitch(id: string): boolean;
  /** Switches it off if it is on, and on, after a question if alerts wait, if it is off. */
  press(id: string): void;
}

/**
 * The property of a trigger node that its button shows. It is no part of the flow: the runtime remembers which
 * triggers are on.
 */
export const SHOWN_STATE = 'isOn';

const PLUGIN = 'sekoia-runs';

export function triggerSwitches(): TriggerSwitches | undefined {
  const plugin = RED.plugins.getPlugin(PLUGIN) as { switches?: TriggerSwitches } | null | undefined;
  return plugin?.switches;
}
