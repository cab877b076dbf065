/** Builds `dist/`: compiles the TypeScript and puts beside it what Node-RED looks for there. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildSync } from 'esbuild';

const ROOT = path.resolve(__dirname, '..');
const DIST = path.join(ROOT, 'dist');

/** Where the HTML of a set wants its editor code. */
const EDITOR_PLACE = '<script type="text/javascript" src="editor.ts"></script>';

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc')], { cwd: ROOT, stdio: 'inherit' });
for (const folder of ['nodes', 'plugins']) if (existsSync(path.join(ROOT, folder))) buildSets(folder);

function buildSets(folder: string): void {
  cpSync(path.join(ROOT, folder), path.join(DIST, folder), {
    recursive: true,
    filter: (file) => !file.endsWith('.ts') && path.basename(file) !== 'editor',
  });
  for (const set of readdirSync(path.join(ROOT, folder))) {
    inlineEditorCode(path.join(ROOT, folder, set), path.join(DIST, folder, set, `${set}.html`));
    // Node-RED looks for a node's icon beside the node.
    const icon = path.join(ROOT, 'icons', `${set}.svg`);
    if (existsSync(icon)) cpSync(icon, path.join(DIST, folder, set, 'icons', `${set}.svg`));
  }
}

/**
 * Bundles a set's `editor.ts` into its HTML. There its exports are the members of a global named after the
 * set, e.g. `SekoiaConfigEditor`. Inlined, since an editor whose node lacks a script file never finishes
 * loading.
 */
function inlineEditorCode(set: string, htmlFile: string): void {
  const entry = path.join(set, 'editor.ts');
  if (!existsSync(entry)) return;
  const html = readFileSync(htmlFile, 'utf8');
  if (!html.includes(EDITOR_PLACE))
    throw new Error(`${htmlFile} has no place for its editor code: ${EDITOR_PLACE}`);
  const result = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: `${pascalCase(path.basename(set))}Editor`,
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
  });
  const [bundle] = result.outputFiles;
  if (bundle === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  const code = bundle.text.trim().replaceAll('</script', '<\\/script');
  writeFileSync(
    htmlFile,
    html.replace(EDITOR_PLACE, () => `<script type="text/javascript">${code}</script>`),
  );
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
