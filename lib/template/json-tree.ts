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

/** What the grammar allows at the place where a source stops being JSON. */
export type Expected =
  | 'value'
  | 'name'
  | 'name-after-comma'
  | 'value-after-comma'
  | 'colon'
  | 'comma-or-brace'
  | 'comma-or-bracket'
  | 'end'
  | 'digit'
  | 'string-character'
  | 'escape';

/**
 * The first character that cannot be JSON: what stands before it can be continued to valid JSON.
 * An escape in a string counts as one character, and so does a word (`true`): the fault is where it begins.
 */
export class JsonFault extends Error {
  constructor(
    readonly offset: number,
    readonly expected: Expected,
    /** Offset of the innermost `{`, `[` or `"` that is still open. */
    readonly opened: number | undefined,
    /** The string that ended last before the fault. */
    readonly lastString: JsonString | undefined,
  ) {
    super(`JSON expects ${expected} at ${offset}`);
  }
}
