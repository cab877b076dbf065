import { clip, type Finding } from './finding';
import { explainExpression, isLiteralWord } from './jinja';

/** The keys from the message to a value; none for `{{.}}`. */
export type Path = readonly string[];

const SPACE = /\s*/y;
/** What may follow a dot. In some products' JSON, names begin with `$` or `@`, which mean nothing in Jinja. */
const NAME = /[\p{L}\p{M}\p{N}_$@]+/uy;
const INDEX = /(?:0|[1-9][0-9]*)(?=\s*\])/y;

/**
 * Reads a path as Sekoia's playbooks write them: `node.1['rule'].name`, `node[1]["rule"]`, `payload.items.0`.
 * In a quoted key a backslash escapes a quote or a backslash, as in Jinja.
 * @param text The content of a placeholder, without spaces around it
 * @returns the path, or what is wrong with its offset in `text`
 */
export function parsePath(text: string): Path | Finding {
  if (text === '.') return [];
  return new PathReader(text).read();
}

export function isPath(result: Path | Finding): result is Path {
  return Array.isArray(result);
}

class PathReader {
  private position = 0;
  private readonly keys: string[] = [];

  constructor(private readonly text: string) {}

  read(): Path | Finding {
    const head = this.take(NAME);
    if (head === undefined || /^[0-9]/.test(head) || isLiteralWord(this.text))
      return explainExpression(this.text, 0);
    this.keys.push(head);
    for (;;) {
      this.take(SPACE);
      const at = this.position;
      const character = this.text[at];
      if (character === undefined) return this.keys;
      if (character !== '.' && character !== '[') return explainExpression(this.text, at);
      this.position += 1;
      this.take(SPACE);
      const problem = character === '.' ? this.readName() : this.readBrackets(at);
      if (problem) return problem;
    }
  }

  private readName(): Finding | undefined {
    const key = this.take(NAME);
    if (key === undefined) return { offset: this.position, reason: "a name is missing after '.'." };
    this.keys.push(key);
    return undefined;
  }

  private readBrackets(opening: number): Finding | undefined {
    const quote = this.text[this.position];
    if (quote === "'" || quote === '"') {
      const key = this.readQuoted(quote);
      if (key === undefined) return { offset: this.position, reason: unclosedQuote(quote) };
      this.keys.push(key);
    } else {
      const index = this.take(INDEX);
      if (index === undefined) return { offset: opening, reason: computedKey(this.text, opening) };
      this.keys.push(index);
    }
    this.take(SPACE);
    if (this.text[this.position] !== ']') return { offset: opening, reason: computedKey(this.text, opening) };
    this.position += 1;
    return undefined;
  }

  private readQuoted(quote: string): string | undefined {
    let key = '';
    for (let at = this.position + 1; at < this.text.length; at++) {
      let character = this.text[at] ?? '';
      if (character === quote) {
        this.position = at + 1;
        return key;
      }
      const next = this.text[at + 1];
      if (character === '\\' && (next === '\\' || next === "'" || next === '"')) {
        character = next;
        at += 1;
      }
      key += character;
    }
    return undefined;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }
}

function unclosedQuote(quote: string): string {
  return `the quote ${quote} that opens a key is not closed (a key cannot hold two closing braces).`;
}

function computedKey(text: string, opening: number): string {
  const closing = text.indexOf(']', opening);
  if (closing === -1) return "the bracket '[' is not closed.";
  if (text.slice(opening + 1, closing).trim() === '') return "a key is missing between '[' and ']'.";
  return (
    `the key ${clip(text.slice(opening, closing + 1))} is not supported: write one quoted text or one number, ` +
    `as ['rule'] or [0], or pick the value in a change or function node before this one.`
  );
}
