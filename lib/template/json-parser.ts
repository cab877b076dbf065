import {
  JsonFault,
  type Expected,
  type JsonArray,
  type JsonNode,
  type JsonObjectNode,
  type JsonScalar,
  type JsonString,
} from './json-tree';

/**
 * A JSON parser (RFC 8259) that keeps where everything stands. JSON.parse does not: Node 20 often names no
 * position at all and browsers word theirs differently. It accepts exactly what JSON.parse accepts.
 * @param from Offset to start at (behind a byte order mark).
 * @throws JsonFault exactly when JSON.parse throws a SyntaxError
 */
export function parseJson(source: string, from = 0): JsonNode {
  return new JsonParser(source, from).parse();
}

const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const SPACE = /[ \t\n\r]*/y;
// eslint-disable-next-line no-control-regex -- JSON forbids exactly these inside a string
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class JsonParser {
  // An explicit stack, no recursion: no depth of nesting can overflow the call stack.
  private readonly open: (JsonArray | JsonObjectNode)[] = [];
  private lastString: JsonString | undefined;

  constructor(
    private readonly source: string,
    private position: number,
  ) {}

  parse(): JsonNode {
    this.skipSpace();
    const root = this.readValue('value');
    let node: JsonNode | undefined = root;
    while (node !== undefined) node = this.next(node);
    this.skipSpace();
    if (this.position < this.source.length) this.fail('end');
    return root;
  }

  /** Goes into a container that was just opened, or closes all that end here; returns the value that follows. */
  private next(node: JsonNode): JsonNode | undefined {
    if (node.kind === 'object' || node.kind === 'array') {
      this.skipSpace();
      if (!this.take(closing(node))) {
        this.open.push(node);
        return this.readMember(node, false);
      }
    }
    for (let parent = this.open.at(-1); parent !== undefined; parent = this.open.at(-1)) {
      this.skipSpace();
      if (this.take(',')) return this.readMember(parent, true);
      if (!this.take(closing(parent)))
        this.fail(parent.kind === 'object' ? 'comma-or-brace' : 'comma-or-bracket');
      this.open.pop();
    }
    return undefined;
  }

  private readMember(container: JsonArray | JsonObjectNode, afterComma: boolean): JsonNode {
    this.skipSpace();
    if (container.kind === 'array') {
      const item = this.readValue(afterComma ? 'value-after-comma' : 'value');
      container.items.push(item);
      return item;
    }
    if (this.source[this.position] !== '"') this.fail(afterComma ? 'name-after-comma' : 'name');
    const name = this.readString();
    this.skipSpace();
    if (!this.take(':')) this.fail('colon');
    this.skipSpace();
    const value = this.readValue('value');
    container.entries.push({ name, value });
    return value;
  }

  private readValue(expected: Expected): JsonNode {
    const start = this.position;
    const character = this.source[start] ?? '';
    if (character === '"') return this.readString();
    if (this.take('{')) return { kind: 'object', start, entries: [] };
    if (this.take('[')) return { kind: 'array', start, items: [] };
    if (character === '-' || isDigit(character)) return this.readNumber();
    for (const [word, value] of WORDS) {
      if (this.take(word)) return { kind: 'scalar', start, end: this.position, value };
    }
    return this.fail(expected);
  }

  private readNumber(): JsonScalar {
    const start = this.position;
    this.take('-');
    // Nothing may follow a leading zero: the next digit is then one character too many.
    if (!this.take('0')) this.readDigits();
    if (this.take('.')) this.readDigits();
    if (this.take('e') || this.take('E')) {
      if (!this.take('+')) this.take('-');
      this.readDigits();
    }
    return {
      kind: 'scalar',
      start,
      end: this.position,
      value: Number(this.source.slice(start, this.position)),
    };
  }

  private readDigits(): void {
    if (!isDigit(this.source[this.position] ?? '')) this.fail('digit');
    while (isDigit(this.source[this.position] ?? '')) this.position += 1;
  }

  private readString(): JsonString {
    const start = this.position;
    let isEscaped = false;
    this.position += 1;
    for (;;) {
      this.skip(PLAIN_CHARACTERS);
      if (this.take('"')) break;
      if (this.source[this.position] !== '\\') this.fail('string-character', start);
      isEscaped = true;
      if (!this.skip(ESCAPE)) this.fail('escape', start);
    }
    const literal = this.source.slice(start, this.position);
    const value = isEscaped ? (JSON.parse(literal) as string) : literal.slice(1, -1);
    this.lastString = { kind: 'string', start, end: this.position, value };
    return this.lastString;
  }

  private skipSpace(): void {
    this.skip(SPACE);
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    const found = pattern.test(this.source);
    if (found) this.position = pattern.lastIndex;
    return found;
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  private fail(expected: Expected, opened = this.open.at(-1)?.start): never {
    throw new JsonFault(this.position, expected, opened, this.lastString);
  }
}

function closing(container: JsonArray | JsonObjectNode): string {
  return container.kind === 'object' ? '}' : ']';
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}
