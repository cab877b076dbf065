import { byOffset, type Finding } from './finding';
import { JsonFault, parseJson, type JsonNode, type JsonScalar, type JsonString } from './json-parser';
import { explainFault } from './json-reasons';
import { MAX_DEPTH, setOwn, type JsonObject, type JsonValue } from './json-value';
import type { Path } from './path';
import { contentStart, createLiteralFinder, type Position } from './position';
import { StringReader } from './string-template';
import { checkTags } from './tags';
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
    const reason = 'the template is empty: write a JSON body such as {"title": "{{ payload.title }}"}.';
    const problem = isEmpty ? { offset: 0, reason } : explainFault(source, fault, locate);
    return { part: () => null, paths: new Map(), problems: [problem] };
  }
}

/** Compiles a template that is one text, not JSON. */
export function compilePlainText(source: string): Compiled<string> {
  const strings = new StringReader();
  const { template, problems } = strings.read(source);
  const tokens = template.kind === 'constant' ? undefined : template.tokens;
  const part: Part<string> = (context) => (tokens === undefined ? source : renderText(tokens, context));
  return { part, paths: strings.paths, problems };
}

class JsonCompiler {
  private readonly strings = new StringReader();
  private readonly problems: Finding[] = [];

  constructor(private readonly source: string) {}

  compile(): Compiled {
    const part = this.node(parseJson(this.source, contentStart(this.source)), 0);
    return { part, paths: this.strings.paths, problems: this.problems.sort(byOffset) };
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
    return (context) => {
      const body: JsonObject = {};
      for (const [name, member] of members) setOwn(body, name, member(context));
      return body;
    };
  }

  private scalar({ start, end, value }: JsonScalar): Part {
    if (typeof value === 'number' && !isExact(this.source.slice(start, end), value)) {
      const reason = 'this number is too large to be sent unchanged: put it in quotes, or shorten it.';
      this.problems.push({ offset: start, reason });
    }
    return () => value;
  }

  private string(literal: JsonString): Part {
    const { template, problems } = this.strings.read(literal.value);
    this.report(literal, problems);
    switch (template.kind) {
      case 'constant':
        return () => template.text;
      case 'value':
        return (context) => toJson(context.valueAt(template.tag), template.tag);
      case 'text':
        return (context) => renderText(template.tokens, context);
    }
  }

  private checkName(name: JsonString): void {
    const offset = name.value.indexOf('{{');
    const reason =
      'a property name cannot contain a placeholder, because a value could then replace another property of the ' +
      'body: write the name itself, or build the object in a function node before this one.';
    this.report(name, offset === -1 ? checkTags(name.value).problems : [{ offset, reason }]);
  }

  /** @param problems with offsets in the string's value, ascending */
  private report(literal: JsonString, problems: readonly Finding[]): void {
    const find = createLiteralFinder(this.source, literal.start);
    for (const { offset, reason } of problems) this.problems.push({ offset: find(offset), reason });
  }
}

/** JSON has numbers of any size, JavaScript would silently send another one. */
function isExact(literal: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const isInteger = /^-?[0-9]+$/.test(literal);
  return !isInteger || literal === String(value) || BigInt(literal) === BigInt(value);
}
