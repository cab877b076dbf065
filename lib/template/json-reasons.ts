import { clip, type Finding } from './finding';
import { findJinjaBlocks } from './jinja';
import type { JsonFault } from './json-parser';
import type { Position } from './position';

/** What other languages write for a value, and how JSON spells it. */
const OTHER_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
  ['undefined', 'null'],
  ['NaN', 'null'],
]);

/** Says what is wrong where a source stops being JSON, and what its author most likely meant. */
export function explainFault(
  source: string,
  fault: JsonFault,
  locate: (offset: number) => Position,
): Finding {
  return (
    bracesOutsideQuotes(source, fault.offset) ??
    quoteInPlaceholder(source, fault) ?? { offset: fault.offset, reason: explain(source, fault, locate) }
  );
}

/** A placeholder or a block of Jinja: its first brace may open an object, so that JSON breaks at the next character. */
function bracesOutsideQuotes(source: string, at: number): Finding | undefined {
  const offset = [at - 1, at].find((start) => /^\{[{%#]/.test(source.slice(start, start + 2)));
  if (offset === undefined) return undefined;
  if (source[offset + 1] !== '{') {
    const [block] = findJinjaBlocks(source.slice(offset));
    return block && { offset, reason: block.reason };
  }
  const closing = source.startsWith('{{{', offset) ? '}}}' : '}}';
  const end = source.indexOf(closing, offset);
  const placeholder = end === -1 ? '{{ … }}' : clip(source.slice(offset, end + closing.length));
  const reason =
    `the placeholder ${placeholder} is outside quotes: write "${placeholder}". A string that is one ` +
    "placeholder and nothing else keeps the value's type, so a number stays a number.";
  return { offset, reason };
}

function quoteInPlaceholder(source: string, { offset, lastString }: JsonFault): Finding | undefined {
  // A gap means that the string was meant to end there.
  if (lastString?.end !== offset || /\s/.test(source[offset] ?? ' ')) return undefined;
  const tag = lastString.value.lastIndexOf('{{');
  if (tag === -1 || lastString.value.includes('}}', tag)) return undefined;
  const reason =
    'this double quote ends the string in the middle of a placeholder: write keys in single quotes, ' +
    `as {{ node.1['rule'] }}, or write \\" for the quote.`;
  return { offset: lastString.end - 1, reason };
}

function explain(source: string, fault: JsonFault, locate: (offset: number) => Position): string {
  const { offset, expected, opened } = fault;
  const code = source.codePointAt(offset);
  if (code === undefined) return explainEnd(source, opened, locate);
  const character = String.fromCodePoint(code);
  if (opened !== undefined && source[opened] === '"') return explainInString(character);
  const found = describe(character);
  if (character === "'")
    return 'JSON requires double quotes (") around strings and names, not single quotes.';
  if (/[\u2018-\u201F\u00AB\u00BB]/u.test(character)) {
    return `${found} is a typographic quote: JSON requires the plain double quote (").`;
  }
  if (/^(?:#|\/[/*])/.test(source.slice(offset, offset + 2)))
    return 'JSON does not allow comments: remove this one.';
  if ('}]'.includes(character) && source.slice(0, offset).trimEnd().endsWith(',')) {
    return `a comma is not allowed before ${found}: remove it.`;
  }
  const [word = ''] = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(source.slice(offset, offset + 80)) ?? [];
  const spelling = OTHER_SPELLINGS.get(word);
  if (spelling !== undefined) return `JSON does not know ${word}: write ${spelling}.`;
  const isUnquoted = word !== '' && expected.startsWith('a ');
  return `${isUnquoted ? `${clip(word)} is not in quotes` : `${found} is unexpected`}: ${expected}.`;
}

function explainEnd(
  source: string,
  opened: number | undefined,
  locate: (offset: number) => Position,
): string {
  if (opened === undefined) return 'the template ends here, but its JSON is incomplete.';
  const { line, column } = locate(opened);
  const what = source[opened] === '"' ? 'the string' : `the '${source[opened] ?? ''}'`;
  return `the template ends here, but ${what} that opens at line ${line}, column ${column} is not closed.`;
}

function explainInString(character: string): string {
  if (character === '\\') return 'this is not a JSON escape: write a backslash as \\\\.';
  if (character === '\n' || character === '\r') {
    return 'a string cannot continue on the next line: close it with a double quote, or write \\n for a line break.';
  }
  if (character === '\t') return 'a tab is not allowed in a string: write \\t.';
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
  return `the control character U+${hex.toUpperCase()} is not allowed in a string: write \\u${hex}.`;
}

function describe(character: string): string {
  // Spaces of other kinds, marks and lone surrogates look like nothing or like something else.
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)) return `'${character}'`;
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `the character U+${hex}`;
}
