/** One thing that is wrong with a template, where an editor can mark it. */
export interface TemplateProblem {
  /** 1-based. A line ends at `\n`, `\r\n` or `\r`. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count; a byte order mark at the start is not counted. */
  readonly column: number;
  /** 0-based index into the source. */
  readonly offset: number;
  /** What is wrong and what to do instead, as a sentence without its position. */
  readonly reason: string;
}

/** The base of all errors of this folder. Its text never contains a value of the message. */
export class TemplateError extends Error {
  readonly code = 'SEKOIA_BAD_INPUT';
  override readonly name: string = 'TemplateError';
}

/** The template itself is wrong: thrown when it is compiled, never when it is rendered. */
export class TemplateSyntaxError extends TemplateError {
  override readonly name = 'TemplateSyntaxError';

  /** @param problems All problems, in the order of the source. */
  constructor(readonly problems: readonly [TemplateProblem, ...TemplateProblem[]]) {
    const [first, ...others] = problems;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    super(`Template line ${first.line}, column ${first.column}: ${first.reason}${more}`);
  }
}

/** With `missing: 'fail'`: the message has no value at the path of a placeholder. */
export class MissingValueError extends TemplateError {
  override readonly name = 'MissingValueError';

  /** @param placeholders Paths as the template writes them, each once. */
  constructor(readonly placeholders: readonly string[]) {
    const list = placeholders.map((path) => `{{ ${path} }}`).join(', ');
    super(
      `The message has no value for ${list}. Check the path${placeholders.length === 1 ? '' : 's'}, ` +
        'or let the template send null for missing fields.',
    );
  }
}

/** The value at a placeholder's path is something that JSON cannot hold. */
export class TemplateValueError extends TemplateError {
  override readonly name = 'TemplateValueError';

  /** @param why Continues "The value of {{ path }} …", for example "is a function: …". */
  constructor(
    readonly placeholder: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`The value of {{ ${placeholder} }} ${why}`, options);
  }
}
