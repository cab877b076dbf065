/** Builds `dist/`: compiles the TypeScript and adds the HTML, texts, and icons that Node-RED looks for beside it. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type BuildOptions, buildSync } from 'esbuild';

const ROOT = path.resolve(__dirname, '..');
const DIST = path.join(ROOT, 'dist');

/** Where a set's HTML takes its styles and its editor code. */
const STYLES_PLACE = '<link rel="stylesheet" href="editor.css" />';
const CODE_PLACE = '<script type="text/javascript" src="editor.ts"></script>';
/** The oldest browsers that have `:has()`, which the styles use. They lack nested rules, so esbuild flattens these. */
const STYLE_TARGETS = ['chrome105', 'firefox121', 'safari15.4'];

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc')], { cwd: ROOT, stdio: 'inherit' });
for (const folder of ['nodes', 'plugins']) if (existsSync(path.join(ROOT, folder))) buildSets(folder);

function buildSets(folder: string): void {
  cpSync(path.join(ROOT, folder), path.join(DIST, folder), {
    recursive: true,
    filter: (file) => !/\.(?:ts|css)$/.test(file) && path.basename(file) !== 'editor',
  });
  for (const set of readdirSync(path.join(ROOT, folder))) {
    inlineEditor(path.join(ROOT, folder, set), path.join(DIST, folder, set, `${set}.html`));
    // Node-RED looks for a node's icon beside the node.
    const icon = path.join(ROOT, 'icons', `${set}.svg`);
    if (existsSync(icon)) cpSync(icon, path.join(DIST, folder, set, 'icons', `${set}.svg`));
  }
}

/**
 * Bundles a set's `editor.css` and `editor.ts` into its HTML. The exports of `editor.ts` become the members of a
 * global named after the set, such as `SekoiaConfigEditor`. They are inlined because an editor whose node lacks a
 * script file never finishes loading.
 */
function inlineEditor(set: string, htmlFile: string): void {
  const styles = bundle(path.join(set, 'editor.css'), { target: STYLE_TARGETS });
  const code = bundle(path.join(set, 'editor.ts'), {
    target: 'es2022',
    format: 'iife',
    globalName: `${pascalCase(path.basename(set))}Editor`,
  }).replaceAll('</script', '<\\/script');
  let html = readFileSync(htmlFile, 'utf8');
  for (const [place, content] of [
    [STYLES_PLACE, `<style>${styles}</style>`],
    [CODE_PLACE, `<script type="text/javascript">${code}</script>`],
  ] as const) {
    if (!html.includes(place)) throw new Error(`${htmlFile} lacks ${place}`);
    html = html.replace(place, () => content);
  }
  writeFileSync(htmlFile, html);
}

function bundle(entry: string, options: BuildOptions): string {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    charset: 'utf8',
    legalComments: 'none',
    ...options,
  });
  const [output] = outputFiles ?? [];
  if (output === undefined) throw new Error(`esbuild returned nothing for ${entry}`);
  return output.text.trim();
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
