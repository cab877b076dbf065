import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { PLUGINS } from './package-json';
import { ROOT } from './paths';

export const LANGUAGES = ['en-US', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The texts of a node set, or a plugin, by key, e.g. `sekoia-template.label.node`. */
export function catalogue(set: string, language: Language): Map<string, string> {
  const texts = new Map<string, string>();
  const add = (value: unknown, key: string): void => {
    if (typeof value === 'string') texts.set(key, value);
    else
      for (const [name, inner] of Object.entries(value as object))
        add(inner, key === '' ? name : `${key}.${name}`);
  };
  add(JSON.parse(readFileSync(localeFile(set, language, 'json'), 'utf8')), '');
  return texts;
}

/** The help of a node type as HTML; empty if there is none. */
export function help(type: string, language: Language): string {
  const file = localeFile(type, language, 'html');
  if (!existsSync(file)) return '';
  const opening = `<script type="text/html" data-help-name="${type}">`;
  const html = readFileSync(file, 'utf8');
  const start = html.indexOf(opening);
  return start === -1 ? '' : html.slice(start + opening.length, html.indexOf('</script>', start));
}

/** The names of what the definition lists of a help describe, without their types: the text of each `<dt>`. */
export function describedIn(html: string): string[] {
  return [...html.matchAll(/<dt[^>]*>([\S\s]*?)<\/dt>/g)].map(([, term = '']) =>
    plain(term.replace(/<span[\S\s]*?<\/span>/g, '')),
  );
}

/** What a help writes as code. */
export function codeIn(html: string): string[] {
  return [...html.matchAll(/<code>([\S\s]*?)<\/code>/g)].map(([, code = '']) => plain(code));
}

/** Text as it is read: without tags, with single spaces. */
function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The set's own code and HTML, without its texts. */
export function sourcesOf(set: string): string {
  return sourceFiles(folderOf(set))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'locales' ? [] : sourceFiles(file);
    return /\.(?:ts|html)$/.test(entry.name) ? [file] : [];
  });
}

function localeFile(set: string, language: Language, extension: 'json' | 'html'): string {
  return path.join(folderOf(set), 'locales', language, `${set}.${extension}`);
}

function folderOf(set: string): string {
  return path.join(ROOT, PLUGINS.includes(set) ? 'plugins' : 'nodes', set);
}
