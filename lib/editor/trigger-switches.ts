/**
 * The interface that the plugin sekoia-runs offers to the button of a trigger node. The plugin knows which triggers
 * are on. It may be disabled or missing.
 */
export interface TriggerSwitches {
  /** Whether the trigger is deployed and the user may switch it. */
  canSwitch(id: string): boolean;
  /** Switches the trigger on or off. Asks the user first if alerts are waiting when it is switched on. */
  press(id: string): void;
}

/**
 * The property of a trigger node that its button shows. It is not part of the flow, because the runtime remembers
 * which triggers are on.
 */
export const SHOWN_STATE = 'isOn';

const PLUGIN = 'sekoia-runs';

export function triggerSwitches(): TriggerSwitches | undefined {
  const plugin = RED.plugins.getPlugin(PLUGIN) as { switches?: TriggerSwitches } | null | undefined;
  return plugin?.switches;
}
