import { sourcesOf } from './texts';

/** What a set uses of its texts. */
export interface UsedKeys {
  /** Written out: `_('sekoia-template.label.node')`, `data-i18n="[title]sekoia-template.label.node"`. */
  readonly keys: ReadonlySet<string>;
  /** What stands before the part that is only known when it runs: `_(`sekoia-template.error.${code}`)`. */
  readonly prefixes: ReadonlySet<string>;
}

/** Texts that code in lib/editor looks up in the set of the node that it is given, by the file that does. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  'config-validation': ['config.none', 'config.gone', 'config.invalid', 'config.noApiKey'],
};

export function usedKeys(set: string): UsedKeys {
  const source = sourcesOf(set);
  const keys = new Set<string>();
  const prefixes = new Set<string>();
  const reference = new RegExp(`(?<=["'\`\\]; ])${set}\\.([\\w.-]*)(\\$\\{|["'\`;])(?!\\s*:)`, 'g');
  for (const [, rest = '', end] of source.matchAll(reference)) {
    // `'sekoia-template.error.' + code` is one too; `sekoia-template.svg` is a file, `sekoia-runs.read` a permission.
    if (end === '${' || rest.endsWith('.')) prefixes.add(`${set}.${rest}`);
    else if (!/^(?:svg|html|js|ts|read|write)$/.test(rest)) keys.add(`${set}.${rest}`);
  }
  for (const [file, shared] of Object.entries(SHARED)) {
    if (!source.includes(`/lib/editor/${file}'`)) continue;
    for (const key of shared) keys.add(`${set}.${key}`);
  }
  // Node-RED itself looks the name of the palette's category up; it makes a space of the dot otherwise.
  if (source.includes("category: 'Sekoia.io'")) keys.add('palette.label.Sekoia_io');
  return { keys, prefixes };
}
