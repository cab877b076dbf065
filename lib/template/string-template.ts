import { byOffset, clip, type Finding } from './finding';
import { MAX_DEPTH } from './json-value';
import { isPath, parsePath, type Path } from './path';
import { checkTags } from './tags';
import { tokenize, type Token } from './writer';

/** One string of a template. */
export type StringTemplate =
  | { readonly kind: 'constant'; readonly text: string }
  /** One placeholder and nothing else: the value itself takes the string's place. */
  | { readonly kind: 'value'; readonly tag: string; readonly tokens: readonly Token[] }
  | { readonly kind: 'text'; readonly tokens: readonly Token[] };

/** Reads the strings of one template and collects the paths of their tags, by the content of the tag. */
export class StringReader {
  readonly paths = new Map<string, Path>();

  /** @returns what is wrong too, with offsets in `text`; with any problem the template is of no use */
  read(text: string): { readonly template: StringTemplate; readonly problems: readonly Finding[] } {
    const { problems, isReadable } = checkTags(text);
    const constant = { kind: 'constant', text } as const;
    if (!isReadable || !text.includes('{{')) return { template: constant, problems };
    let tokens: readonly Token[];
    try {
      tokens = tokenize(text);
    } catch (error) {
      return { template: constant, problems: [...problems, explainSections(text, error)].sort(byOffset) };
    }
    const all = [...problems, ...this.readTokens(text, tokens, 1)].sort(byOffset);
    const [only] = tokens;
    const isWhole = only !== undefined && isPlaceholder(only) && only[2] === 0 && only[3] === text.length;
    const template = isWhole
      ? ({ kind: 'value', tag: only[1], tokens } as const)
      : ({ kind: 'text', tokens } as const);
    return { template, problems: all };
  }

  private *readTokens(text: string, tokens: readonly Token[], depth: number): Generator<Finding> {
    for (const token of tokens) {
      const [type, tag, start, , within] = token;
      if (type === '>') {
        yield { offset: start, reason: `the partial {{> ${tag} }} is not supported: write its text here.` };
      } else if (type === '#' || type === '^' || isPlaceholder(token)) {
        yield* this.readPath(text, tag, start);
      }
      if (within && depth > MAX_DEPTH) {
        yield { offset: start, reason: `sections cannot be nested more than ${MAX_DEPTH} levels deep.` };
      } else if (within) {
        yield* this.readTokens(text, within, depth + 1);
      }
    }
  }

  private *readPath(text: string, tag: string, start: number): Generator<Finding> {
    if (this.paths.has(tag)) return;
    const result = parsePath(tag);
    if (isPath(result)) this.paths.set(tag, result);
    else if (tag === '') yield { offset: start, reason: result.reason };
    else yield { offset: text.indexOf(tag, start + 2) + result.offset, reason: result.reason };
  }
}

function isPlaceholder([type]: Token): boolean {
  return type === 'name' || type === '&';
}

/** Says where sections are not nested, from the error of mustache's parser. */
function explainSections(text: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : '';
  const [, kind, name = '', at = '0'] = /^(Unopened|Unclosed) section "([^]*)" at (\d+)$/.exec(message) ?? [];
  const offset = Number(at);
  const [opening, closing] = [`{{#${clip(name)}}}`, `{{/${clip(name)}}}`];
  if (kind === 'Unopened') {
    return {
      offset,
      reason: `${closing} closes a section that is not open: remove it, or open it with ${opening}.`,
    };
  }
  if (kind === 'Unclosed' && offset < text.length) {
    const reason = `the section ${opening} must be closed by ${closing}, spelled alike, before this.`;
    return { offset, reason };
  }
  if (kind === 'Unclosed') {
    return {
      offset: lastOpening(text, name),
      reason: `the section ${opening} is not closed: add ${closing}.`,
    };
  }
  return { offset: 0, reason: `Mustache cannot parse this text: ${clip(message)}.` };
}

function lastOpening(text: string, name: string): number {
  let last = 0;
  for (const opening of text.matchAll(/\{\{\s*[#^]\s*/g)) {
    if (text.startsWith(name, opening.index + opening[0].length)) last = opening.index;
  }
  return last;
}
