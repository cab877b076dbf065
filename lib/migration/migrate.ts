/** The properties of a node as a flow file holds them. */
export type NodeConfig = Readonly<Record<string, unknown>>;

/**
 * Turns a configuration of one version into one of the next. It gets a copy of its own and keeps what it does not
 * know: `({ oldName, ...rest }) => ({ ...rest, newName: oldName })`.
 */
export type MigrationStep = (config: NodeConfig) => NodeConfig;

export interface Migration<Config> {
  /** In the newest version; the very object that was given if nothing had to be done or could be. */
  readonly config: Config;
  /** Whether `config` differs from what was given. */
  readonly changed: boolean;
  /** Set if a newer version of the package saved it. It is left as it is: guessing would lose what is new in it. */
  readonly warning?: string;
}

/** The version that a list of steps leads to: the first version has none behind it. */
export function newestVersion(steps: readonly MigrationStep[]): number {
  return steps.length + 1;
}

/**
 * Brings a node's configuration to the newest version. The version stands in its `configVersion`; without one it
 * was saved before there were versions, and is version 1.
 *
 * @param steps the first leads from version 1 to 2, the second from 2 to 3, and so on
 */
export function migrate<Config extends object>(
  config: Config,
  steps: readonly MigrationStep[],
): Migration<Config> {
  const version = versionOf(config);
  const newest = newestVersion(steps);
  if (version > newest) return { config, changed: false, warning: newerWarning(version, newest) };
  if (version === newest) return { config, changed: false };
  let migrated: NodeConfig = { ...(config as NodeConfig) };
  for (const step of steps.slice(version - 1)) migrated = step(structuredClone(migrated));
  return { config: { ...migrated, configVersion: newest } as unknown as Config, changed: true };
}

function versionOf(config: object): number {
  const version = Number((config as NodeConfig).configVersion ?? 1);
  return Number.isInteger(version) && version > 1 ? version : 1;
}

function newerWarning(version: number, newest: number): string {
  return (
    `This node was saved by a newer version of the package (configuration ${version}; this one knows ${newest}) ` +
    'and may not work as it did: update the package'
  );
}
