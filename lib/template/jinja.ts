import { clip, type Finding } from './finding';

/** A statement or a comment: the second group is the keyword of a statement. */
const BLOCK = /\{([%#])[-+]?\s*([A-Za-z_]*)/g;
const LITERAL = /^(?:[-+]?[0-9][0-9._]*|'[^']*'|"[^"]*"|\[.*\]|true|false|none|null)$/is;

/**
 * Finds Jinja's `{% statements %}` and `{# comments #}` in text outside of placeholders. They would be sent as they
 * are, and a playbook that was carried over would quietly do something else.
 * An opening that neither closes nor starts a statement (`{%`, `{#fff}`) is text.
 */
export function findJinjaBlocks(text: string): Finding[] {
  const found: Finding[] = [];
  const lastClosing = { '%': text.lastIndexOf('%}'), '#': text.lastIndexOf('#}') };
  for (const { index: offset, 1: sign, 2: keyword = '' } of text.matchAll(BLOCK)) {
    const isStatement = sign === '%';
    if (!(isStatement && keyword !== '') && lastClosing[isStatement ? '%' : '#'] < offset + 2) continue;
    const reason = isStatement
      ? `Jinja statement {% ${clip(keyword)} … %} is not supported: use a switch, change or function node before this one.`
      : 'Jinja comment {# … #} is not supported: remove it, or write it as {{! … }}.';
    found.push({ offset, reason });
  }
  return found;
}

export function isLiteralWord(expression: string): boolean {
  return /^(?:true|false|none|null|True|False|None)$/.test(expression);
}

/**
 * Says what to do instead of an expression that is more than a plain path.
 * @param expression The content of a placeholder, without spaces around it
 * @param from Offset at which it stops being a plain path; 0 if it does not even begin as one
 */
export function explainExpression(expression: string, from: number): Finding {
  if (expression === '') {
    return { offset: 0, reason: 'the placeholder is empty: write a path such as {{ payload.title }}.' };
  }
  const sign = /^[-+](?![0-9])|[-+]$/.exec(expression);
  if (sign) {
    const written = sign.index === 0 ? `{{${sign[0]}` : `${sign[0]}}}`;
    const reason = `Jinja's whitespace control '${written}' is not supported: remove the '${sign[0]}'.`;
    return { offset: sign.index, reason };
  }
  if (from === 0 && LITERAL.test(expression)) {
    const reason = `the literal ${clip(expression)} is not supported in a placeholder: write the value into the JSON itself, without braces.`;
    return { offset: 0, reason };
  }
  const rest = expression.slice(from);
  // `content-type` is a subtraction in Jinja and a common name of a header.
  const mayBeKey = /^(?:[.\p{L}\p{N}]|-\S)/u.test(rest);
  const reason =
    `'${clip(rest.startsWith('(') ? expression : rest)}' is not supported: a placeholder is a plain path. ` +
    'Prepare the value in a change or function node before this one.' +
    (mayBeKey ? " If this belongs to a key, put the key in brackets: ['…']." : '');
  return { offset: from, reason };
}
