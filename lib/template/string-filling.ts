import type { Finding } from './finding';
import { MAX_DEPTH } from './json-value';
import { isPath, parsePath, type Path } from './path';
import { explainSections } from './sections';
import { checkTags } from './tags';
import { tokenize, type Token } from './writer';

/** How one string of a template is filled. */
export type Filling =
  | { readonly kind: 'constant'; readonly text: string }
  /** One placeholder and nothing else: the value itself takes the string's place. */
  | { readonly kind: 'value'; readonly tag: string; readonly tokens: readonly Token[] }
  | { readonly kind: 'text'; readonly tokens: readonly Token[] };

/**
 * Reads one string of a template.
 * @param paths Where the paths of its tags are put, by what stands in the tag
 * @param report Is told of every problem, with its offset in `text`; the filling is of no use then
 */
export function readString(
  text: string,
  paths: Map<string, Path>,
  report: (problem: Finding) => void,
): Filling {
  const { problems, isReadable } = checkTags(text);
  problems.forEach(report);
  if (!isReadable || !text.includes('{{')) return { kind: 'constant', text };

  let tokens: readonly Token[];
  try {
    tokens = tokenize(text);
  } catch (error) {
    report(explainSections(text, error));
    return { kind: 'constant', text };
  }
  readTokens(text, tokens, paths, report, 1);
  const [only] = tokens;
  if (tokens.length === 1 && only && isPlaceholder(only) && only[2] === 0 && only[3] === text.length) {
    return { kind: 'value', tag: only[1], tokens };
  }
  return { kind: 'text', tokens };
}

function isPlaceholder([type]: Token): boolean {
  return type === 'name' || type === '&';
}

function readTokens(
  text: string,
  tokens: readonly Token[],
  paths: Map<string, Path>,
  report: (problem: Finding) => void,
  depth: number,
): void {
  for (const token of tokens) {
    const [type, tag, start, , within] = token;
    if (type === '>') {
      report({ offset: start, reason: `the partial {{> ${tag} }} is not supported: write its text here.` });
    } else if (type === '#' || type === '^' || isPlaceholder(token)) {
      readPath(text, tag, start, paths, report);
    }
    if (within && depth > MAX_DEPTH) {
      report({ offset: start, reason: `sections cannot be nested more than ${MAX_DEPTH} levels deep.` });
    } else if (within) {
      readTokens(text, within, paths, report, depth + 1);
    }
  }
}

function readPath(
  text: string,
  tag: string,
  start: number,
  paths: Map<string, Path>,
  report: (problem: Finding) => void,
): void {
  if (paths.has(tag)) return;
  const result = parsePath(tag);
  if (isPath(result)) paths.set(tag, result);
  else if (tag === '') report({ offset: start, reason: result.reason });
  else report({ offset: text.indexOf(tag, start + 2) + result.offset, reason: result.reason });
}
