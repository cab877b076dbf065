import { checkTags } from './tags';
import { explainFault } from './json-reasons';
import { parseJson } from './json-parser';
import { JsonFault, type JsonNode, type JsonScalar, type JsonString } from './json-tree';
import { MAX_DEPTH, setOwn, type JsonObject, type JsonValue } from './json-value';
import { contentStart, createLiteralFinder, type Position } from './position';
import type { Finding } from './finding';
import type { Path } from './path';
import { readString } from './string-filling';
import { toJson } from './to-json';
import { renderText, type PathContext } from './writer';

/** Builds one part of the body from a message. Every call gives objects and arrays of its own. */
export type Part<Result = JsonValue> = (context: PathContext) => Result;

export interface Compiled<Result = JsonValue> {
  readonly part: Part<Result>;
  readonly paths: ReadonlyMap<string, Path>;
  /** In the order of the source. If there are any, `part` is of no use. */
  readonly problems: readonly Finding[];
}

/** Compiles a JSON template: parses the JSON first, then reads the placeholders in each of its strings. */
export function compileJson(source: string, locate: (offset: number) => Position): Compiled {
  try {
    return new JsonCompiler(source).compile();
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    const isEmpty = source.slice(contentStart(source)).trim() === '';
    const problem = isEmpty
      ? {
          offset: 0,
          reason: 'the template is empty: write the JSON body, as {"title": "{{ payload.title }}"}.',
        }
      : explainFault(source, fault, locate);
    return { part: () => null, paths: new Map(), problems: [problem] };
  }
}

/** Compiles a template that is one text, not JSON. */
export function compilePlainText(source: string): Compiled<string> {
  const paths = new Map<string, Path>();
  const problems: Finding[] = [];
  const filling = readString(source, paths, (problem) => problems.push(problem));
  problems.sort(byOffset);
  if (filling.kind === 'constant') return { part: () => filling.text, paths, problems };
  return { part: (context) => renderText(filling.tokens, context), paths, problems };
}

class JsonCompiler {
  private readonly paths = new Map<string, Path>();
  private readonly problems: Finding[] = [];

  constructor(private readonly source: string) {}

  compile(): Compiled {
    const part = this.node(parseJson(this.source, contentStart(this.source)), 0);
    this.problems.sort(byOffset);
    return { part, paths: this.paths, problems: this.problems };
  }

  private node(node: JsonNode, depth: number): Part {
    if (node.kind === 'scalar') return this.scalar(node);
    if (node.kind === 'string') return this.string(node);
    if (depth >= MAX_DEPTH) {
      const reason = `the template is nested more than ${MAX_DEPTH} levels deep: make it flatter.`;
      this.problems.push({ offset: node.start, reason });
      return () => null;
    }
    if (node.kind === 'array') {
      const items = node.items.map((item) => this.node(item, depth + 1));
      return (context) => items.map((item) => item(context));
    }
    // As with JSON.parse the last one of a name gives the value, the first one the place.
    const members = new Map<string, Part>();
    for (const { name, value } of node.entries) {
      this.checkName(name);
      members.set(name.value, this.node(value, depth + 1));
    }
    const entries = [...members];
    return (context) => {
      const body: JsonObject = {};
      for (const [name, member] of entries) setOwn(body, name, member(context));
      return body;
    };
  }

  private scalar({ start, end, value }: JsonScalar): Part {
    if (typeof value === 'number' && !isExact(this.source.slice(start, end), value)) {
      const reason =
        'this number is too large to be sent as it is written: put it in quotes, or write it shorter.';
      this.problems.push({ offset: start, reason });
    }
    return () => value;
  }

  private string(node: JsonString): Part {
    const problems: Finding[] = [];
    const filling = readString(node.value, this.paths, (problem) => problems.push(problem));
    this.report(node, problems);
    switch (filling.kind) {
      case 'constant':
        return () => filling.text;
      case 'value':
        return (context) => toJson(context.valueAt(filling.tag), filling.tag);
      case 'text':
        return (context) => renderText(filling.tokens, context);
    }
  }

  private checkName(name: JsonString): void {
    const placeholder = name.value.indexOf('{{');
    if (placeholder !== -1) {
      const reason =
        'a property name cannot hold a placeholder, since a value could then replace another property of the ' +
        'body: write the name itself, or build the object in a function node before this one.';
      this.report(name, [{ offset: placeholder, reason }]);
    } else {
      this.report(name, checkTags(name.value).problems);
    }
  }

  private report(literal: JsonString, problems: readonly Finding[]): void {
    const find = createLiteralFinder(this.source, literal.start);
    for (const { offset, reason } of problems.toSorted(byOffset)) {
      this.problems.push({ offset: find(offset), reason });
    }
  }
}

function byOffset(one: Finding, other: Finding): number {
  return one.offset - other.offset;
}

/** JSON has numbers of any size, JavaScript would silently send another one. */
function isExact(literal: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const isInteger = /^-?[0-9]+$/.test(literal);
  return !isInteger || literal === String(value) || BigInt(literal) === BigInt(value);
}
