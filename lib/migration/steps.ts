import { migrate, type Migration, type MigrationStep } from './migrate';

/**
 * How the configuration of each node type has changed since its first version: nothing yet.
 *
 * To change one: add a step to its list, raise the `configVersion` in the `defaults` of its HTML (a test compares
 * them), and test the step. A property that a step reads stays in `defaults`, since the editor drops what is not
 * there when it loads a flow, before any step runs.
 */
export const STEPS = {
  'sekoia-config': [],
  'sekoia-alert-created': [],
  'sekoia-alert-delivered': [],
  'sekoia-get-alert': [],
  'sekoia-template': [],
} as const satisfies Readonly<Record<string, readonly MigrationStep[]>>;

export type VersionedType = keyof typeof STEPS;

/** Brings a node's configuration to the newest version of its type. */
export function migrateNode<Config extends object>(type: VersionedType, config: Config): Migration<Config> {
  return migrate(config, STEPS[type]);
}
