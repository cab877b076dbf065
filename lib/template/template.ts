import { compileJson, compilePlainText, type Compiled } from './compile';
import { MissingValueError, TemplateError, TemplateSyntaxError, type TemplateProblem } from './errors';
import type { JsonValue } from './json-value';
import { createPositionFinder, type Position } from './position';
import { PathContext } from './writer';

export interface TemplateOptions {
  /**
   * What happens when the message has no value at a placeholder's path. A value of null is not missing.
   * `null` (default): null if the string is that placeholder only, nothing inside longer text.
   * `fail`: rendering throws. Sections ask whether there is a value, so they are never missing.
   */
  readonly missing?: 'null' | 'fail';
}

export interface CompiledTemplate<Result = JsonValue> {
  /**
   * Builds the body for one message. The result shares nothing with the message, the template or other results.
   * @throws MissingValueError with `missing: 'fail'`, with every placeholder that has no value
   * @throws TemplateValueError if a value cannot be written as JSON
   */
  render(message: object): Result;
}

/**
 * Compiles a JSON template, once for many messages.
 * @throws TemplateSyntaxError with every problem of the template
 */
export function compileTemplate(source: string, options: TemplateOptions = {}): CompiledTemplate {
  const locate = createPositionFinder(source);
  const compiled = compileJson(source, locate);
  throwProblems(locateAll(compiled, locate));
  return { render: (message) => render(compiled, message, options) };
}

/**
 * Compiles a template that is text instead of JSON, with the same placeholders; every value is written as text.
 * @throws TemplateSyntaxError with every problem of the template
 */
export function compileText(source: string, options: TemplateOptions = {}): CompiledTemplate<string> {
  const compiled = compilePlainText(source);
  throwProblems(locateAll(compiled, createPositionFinder(source)));
  return { render: (message) => render(compiled, message, options) };
}

/** All problems of a JSON template, in the order of the source. Broken JSON gives its first fault only. */
export function checkTemplate(source: string): TemplateProblem[] {
  const locate = createPositionFinder(source);
  return locateAll(compileJson(source, locate), locate);
}

function locateAll(
  { problems }: Pick<Compiled, 'problems'>,
  locate: (offset: number) => Position,
): TemplateProblem[] {
  return problems.map(({ offset, reason }) => ({ ...locate(offset), offset, reason }));
}

function throwProblems([first, ...others]: readonly TemplateProblem[]): void {
  if (first !== undefined) throw new TemplateSyntaxError([first, ...others]);
}

function render<Result>(
  { part, paths }: Compiled<Result>,
  message: object,
  { missing = 'null' }: TemplateOptions,
): Result {
  const rendering = { paths, missing: new Set<string>() };
  let body: Result;
  try {
    body = part(new PathContext(message, rendering));
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    // Getters, proxies and toJSON methods of a message are other people's code and may throw anything.
    throw new TemplateError('A value of the message could not be read: see the cause.', { cause: error });
  }
  if (missing === 'fail' && rendering.missing.size > 0) throw new MissingValueError([...rendering.missing]);
  return body;
}
