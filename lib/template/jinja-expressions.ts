import type { Finding } from './finding';
import { clip } from './clip';

const TOKEN =
  /\s+|is\s+(?:not\s+)?[\p{L}_]+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\p{L}\p{M}\p{N}_$@]+|\|\||&&|\?\?|\*\*|\/\/|[=!<>]==?|[\s\S]/uy;
const NAME = /^[\p{L}\p{M}\p{N}_$@]+$/u;
const COMPARISONS = new Set(['==', '!=', '===', '!==', '<', '>', '<=', '>=']);
const ARITHMETIC = new Set(['+', '-', '*', '/', '//', '%', '**']);
const WORD_OPERATORS = new Set(['in', 'and', 'or', 'not']);
const OTHER_OPERATORS = new Set(['=', '&&', '||', '!', '?', '??', ':', '^', '&']);
const LITERAL_WORD = /^(?:true|false|none|null|True|False|None)$/;
const LEADING_LITERAL = new RegExp(
  [
    /^[-+]?[0-9][\p{N}._]*(?:[eE][-+]?[0-9]+)?/u,
    /^'(?:[^'\\]|\\.)*'/su,
    /^"(?:[^"\\]|\\.)*"/su,
    /^\[.*\]/su,
    /^\{.*\}/su,
    /^(?:true|false|none|null|True|False|None)\b/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'su',
);

const INSTEAD = 'Prepare the value in a change or function node before this one.';

export function isLiteralWord(expression: string): boolean {
  return LITERAL_WORD.test(expression);
}

/**
 * Names, by what they are called in Jinja, what a placeholder holds beyond a plain path.
 * @param expression What stands in a placeholder, without spaces around it
 * @param from Offset at which it stops being a plain path; 0 if it does not even begin as one
 */
export function explainExpression(expression: string, from: number): Finding {
  if (expression === '') {
    return { offset: 0, reason: 'the placeholder is empty: write a path, as {{ payload.title }}.' };
  }
  const control = whitespaceControl(expression, from);
  if (control) return control;

  const literal = from === 0 ? leadingLiteral(expression) : undefined;
  if (literal?.isAll) {
    const reason =
      `the literal ${clip(expression)} is not supported in a placeholder: ` +
      'write the value into the JSON itself, without braces.';
    return { offset: 0, reason };
  }
  const constructs = namesIn(expression, from + (literal?.length ?? 0));
  const names = [
    ...(literal ? [`the literal ${clip(expression.slice(0, literal.length))}`] : []),
    ...constructs,
  ];
  if (names.length === 0) {
    const found = clip(expression.slice(from));
    return {
      offset: from,
      reason: `'${found}' is not part of a path. A key with other characters goes in brackets: ['…'].`,
    };
  }
  const verb = names.length === 1 ? 'is' : 'are';
  const reason = `${names.join(' and ')} ${verb} not supported: a placeholder is a plain path. ${INSTEAD}`;
  return { offset: from, reason: reason + hyphenHint(expression, from) };
}

function whitespaceControl(expression: string, from: number): Finding | undefined {
  const isLeading = /^[-+](?![0-9])/.test(expression);
  if (!isLeading && !/[-+]$/.test(expression)) return undefined;
  const sign = isLeading ? expression.slice(0, 1) : expression.slice(-1);
  const written = isLeading ? `{{${sign}` : `${sign}}}`;
  const offset = isLeading ? 0 : Math.max(from, expression.length - 1);
  return {
    offset,
    reason: `Jinja's whitespace control '${written}' is not supported: remove the '${sign}'.`,
  };
}

function leadingLiteral(expression: string): { length: number; isAll: boolean } | undefined {
  const found = LEADING_LITERAL.exec(expression)?.[0];
  return found === undefined
    ? undefined
    : { length: found.length, isAll: found.length === expression.length };
}

/** The constructs in the order they are written, each once; what stands in parentheses belongs to what opens them. */
function namesIn(expression: string, from: number): string[] {
  const found = new Set<string>();
  let depth = 0;
  let before = lastName(expression.slice(0, from));
  let isFilter = false;
  for (const token of tokensOf(expression, from)) {
    if (token === ')') depth = Math.max(0, depth - 1);
    else if (token === '(' && depth++ === 0) {
      if (before === '') found.add('a group in parentheses');
      else if (!isFilter) found.add(`the function call '${clip(before)}(…)'`);
    } else if (depth === 0) {
      if (before === '|' && NAME.test(token)) found.add(`the filter '${clip(token)}'`);
      else if (/^is\s/.test(token)) found.add(`the test '${token.replace(/\s+/g, ' ')}'`);
      else if (token === 'if') found.add("the condition '… if … else …'");
      else if (token === '~') found.add("the string concatenation '~'");
      else if (COMPARISONS.has(token)) found.add(`the comparison '${token}'`);
      else if (ARITHMETIC.has(token)) found.add(`the arithmetic operator '${token}'`);
      else if (WORD_OPERATORS.has(token) || OTHER_OPERATORS.has(token)) found.add(`the operator '${token}'`);
      isFilter = before === '|';
    }
    before = NAME.test(token) || token === '|' ? token : '';
  }
  if (found.size === 0 && lastName(expression.slice(0, from)) === 'not') found.add("the operator 'not'");
  return [...found];
}

function* tokensOf(expression: string, from: number): Generator<string> {
  TOKEN.lastIndex = from;
  for (let match = TOKEN.exec(expression); match !== null; match = TOKEN.exec(expression)) {
    const next = TOKEN.lastIndex;
    if (match[0].trim() !== '') yield match[0];
    TOKEN.lastIndex = next;
  }
}

function lastName(text: string): string {
  return /([\p{L}\p{M}\p{N}_$@]+)\s*$/u.exec(text)?.[1] ?? '';
}

/** `content-type` is a subtraction in Jinja and a common name of a header: say how to mean the name. */
function hyphenHint(expression: string, from: number): string {
  const isName = expression[from] === '-' && /^\S\S/.test(expression.slice(from - 1));
  return isName ? " If the '-' belongs to a name, put the name in brackets: ['…']." : '';
}
