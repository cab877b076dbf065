/** JSON with the places of its parts. `start` is the offset of a part's first character, `end` the one after its last. */
export type JsonNode = JsonScalar | JsonString | JsonArray | JsonObjectNode;

export interface JsonScalar {
  readonly kind: 'scalar';
  readonly start: number;
  readonly end: number;
  readonly value: null | boolean | number;
}
export interface JsonString {
  readonly kind: 'string';
  readonly start: number;
  readonly end: number;
  readonly value: string;
}
export interface JsonArray {
  readonly kind: 'array';
  readonly start: number;
  readonly items: JsonNode[];
}
export interface JsonObjectNode {
  readonly kind: 'object';
  readonly start: number;
  readonly entries: { readonly name: JsonString; readonly value: JsonNode }[];
}

/**
 * The first character that cannot be JSON: what stands before it can be continued to valid JSON.
 * An escape in a string counts as one character, and so does a word (`true`): the fault is where it begins.
 */
export class JsonFault extends Error {
  constructor(
    readonly offset: number,
    /** What the grammar allows here instead. */
    readonly expected: string,
    /** Offset of the innermost `{`, `[` or `"` that is still open. */
    readonly opened: number | undefined,
    /** The last complete string before the fault. */
    readonly lastString: JsonString | undefined,
  ) {
    super(`${expected} at ${offset}`);
  }
}

/**
 * Parses JSON (RFC 8259) and keeps the place of every part. JSON.parse does not: Node.js 20 often gives no position,
 * and each browser words its errors differently. docs/decisions/0015 says why this is not a library.
 * @param from Offset to start at, behind a byte order mark.
 * @throws JsonFault exactly when JSON.parse throws a SyntaxError
 */
export function parseJson(source: string, from = 0): JsonNode {
  return new JsonParser(source, from).parse();
}

const SPACE = /[ \t\n\r]*/y;
const WORD = /true|false|null/y;
/** A number, or the beginning of one: that does not end in a digit. */
const NUMBER = /-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]*)?|\.|[eE][-+]?[0-9]*)?)?/y;
// eslint-disable-next-line no-control-regex -- JSON forbids exactly these inside a string
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const CLOSING = { array: ']', object: '}' } as const;

class JsonParser {
  // An explicit stack instead of recursion: no depth of nesting overflows the call stack.
  private readonly open: (JsonArray | JsonObjectNode)[] = [];
  private lastString: JsonString | undefined;

  constructor(
    private readonly source: string,
    private position: number,
  ) {}

  parse(): JsonNode {
    const root = this.readValue();
    let node: JsonNode | undefined = root;
    while (node !== undefined) node = this.next(node);
    if (this.peek() !== '') this.fail('nothing may follow the JSON');
    return root;
  }

  /** Enters a container that was just opened, or closes all that end here; returns the value that follows. */
  private next(node: JsonNode): JsonNode | undefined {
    if ((node.kind === 'object' || node.kind === 'array') && !this.skip(CLOSING[node.kind])) {
      this.open.push(node);
      return this.readMember(node);
    }
    for (let parent = this.open.at(-1); parent !== undefined; parent = this.open.at(-1)) {
      if (this.skip(',')) return this.readMember(parent);
      const closing = CLOSING[parent.kind];
      if (!this.skip(closing)) this.fail(`',' or '${closing}' is expected here`);
      this.open.pop();
    }
    return undefined;
  }

  private readMember(container: JsonArray | JsonObjectNode): JsonNode {
    if (container.kind === 'array') {
      const item = this.readValue();
      container.items.push(item);
      return item;
    }
    if (this.peek() !== '"') this.fail('a property name in double quotes is expected here');
    const name = this.readString();
    if (!this.skip(':')) this.fail("':' is expected after the property name");
    const value = this.readValue();
    container.entries.push({ name, value });
    return value;
  }

  private readValue(): JsonNode {
    const character = this.peek();
    const start = this.position;
    if (character === '"') return this.readString();
    if (this.skip('{')) return { kind: 'object', start, entries: [] };
    if (this.skip('[')) return { kind: 'array', start, items: [] };
    const word = this.take(WORD);
    const literal = word === '' ? this.take(NUMBER) : word;
    if (literal === '') this.fail('a value is expected here');
    if (word === '' && !/[0-9]$/.test(literal)) this.fail('a digit is expected here');
    return { kind: 'scalar', start, end: this.position, value: JSON.parse(literal) as JsonScalar['value'] };
  }

  private readString(): JsonString {
    const start = this.position;
    this.position += 1;
    do this.take(PLAIN_CHARACTERS);
    while (this.take(ESCAPE) !== '');
    if (this.source[this.position] !== '"') this.fail('a character of a string is expected here', start);
    this.position += 1;
    const value = JSON.parse(this.source.slice(start, this.position)) as string;
    this.lastString = { kind: 'string', start, end: this.position, value };
    return this.lastString;
  }

  /** The next character behind spaces; empty at the end of the source. */
  private peek(): string {
    this.take(SPACE);
    return this.source[this.position] ?? '';
  }

  private skip(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position += 1;
    return true;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source)?.[0] ?? '';
    this.position += found.length;
    return found;
  }

  private fail(expected: string, opened = this.open.at(-1)?.start): never {
    throw new JsonFault(this.position, expected, opened, this.lastString);
  }
}
