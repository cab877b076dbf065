import mustache from 'mustache';
import { TemplateValueError } from './errors';
import { follow, followFromMessage, hasOwn } from './lookup';
import type { Path } from './path';
import { toText } from './to-json';

/**
 * What mustache's parser returns. `type` is `text`, `name`, `&`, `#`, `^`, `!` or `>`. `value` is the text, or the
 * content of the tag. `start` and `end` are its place in the string. Sections have the tokens within them.
 */
export type Token = readonly [
  type: string,
  value: string,
  start: number,
  end: number,
  within?: readonly Token[],
];

/** What one rendering of a template shares. */
export interface Rendering {
  /** The path of each tag, by the content of the tag: nothing is parsed while rendering. */
  readonly paths: ReadonlyMap<string, Path>;
  /** Tags without a value. */
  readonly missing: Set<string>;
}

/** Mustache's stack for looking up names: the message, then an item for each section around a tag. */
export class PathContext extends mustache.Context {
  constructor(
    view: unknown,
    readonly rendering: Rendering,
    private readonly outer?: PathContext,
  ) {
    super(view, outer);
  }

  override push(view: unknown): PathContext {
    return new PathContext(view, this.rendering, this);
  }

  /**
   * Looks in the nearest item that has the path's first name, as mustache's specification says. Mustache itself
   * would read prototypes and call functions.
   */
  override lookup(tag: string): unknown {
    const value = this.find(this.rendering.paths.get(tag) ?? []);
    if (typeof value === 'function') {
      throw new TemplateValueError(tag, 'is a function, which JSON cannot contain: send its result instead.');
    }
    return value;
  }

  /** Looks up a placeholder, and notes it when it has no value. */
  valueAt(tag: string): unknown {
    const value = this.lookup(tag);
    if (value === undefined) this.rendering.missing.add(tag);
    return value;
  }

  private find(keys: Path): unknown {
    const [head] = keys;
    if (head === undefined) return this.view;
    if (this.outer === undefined) return followFromMessage(this.view, keys);
    return hasOwn(this.view, head) ? follow(this.view, keys, 0) : this.outer.find(keys);
  }
}

/** Mustache without HTML escaping, without its cache (which only grows), and without calls into the message. */
class TextWriter extends mustache.Writer {
  readonly templateCache = undefined;

  override escapedValue(token: string[], context: PathContext): string {
    return this.unescapedValue(token, context);
  }

  override unescapedValue([, tag = '']: string[], context: PathContext): string {
    return toText(context.valueAt(tag) ?? null, tag);
  }
}

const writer = new TextWriter();

/** @throws Error if the sections of the text are not nested */
export function tokenize(text: string): readonly Token[] {
  // The tags are named since `mustache.tags` belongs to everyone who loads mustache.
  return writer.parse(text, ['{{', '}}']) as readonly Token[];
}

export function renderText(tokens: readonly Token[], context: PathContext): string {
  // The declared type is too narrow: tokens hold numbers and tokens too.
  return writer.renderTokens(tokens as unknown as string[][], context);
}
