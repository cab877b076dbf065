import type { Finding } from './finding';

const STATEMENT = /\{%[-+]?\s*([A-Za-z_]*)/y;

/**
 * Finds Jinja's `{% statements %}` and `{# comments #}` in text that stands outside placeholders.
 * Both would be sent as they are otherwise, and a playbook that was carried over would quietly do something else.
 * An opening that neither closes nor starts a statement (`{%`, `{#fff}`) is text.
 */
export function findJinjaBlocks(text: string): Finding[] {
  return [...findStatements(text), ...findComments(text)];
}

function findStatements(text: string): Finding[] {
  const found: Finding[] = [];
  const lastClosing = text.lastIndexOf('%}');
  for (let at = text.indexOf('{%'); at !== -1; at = text.indexOf('{%', at + 2)) {
    STATEMENT.lastIndex = at;
    const keyword = STATEMENT.exec(text)?.[1] ?? '';
    if (keyword === '' && lastClosing < at + 2) continue;
    const statement = keyword === '' ? '{% … %}' : `{% ${keyword.slice(0, 20)} … %}`;
    found.push({
      offset: at,
      reason:
        `Jinja statement ${statement} is not supported: a template fills in values and decides nothing. ` +
        'Use a switch, change or function node before this one.',
    });
  }
  return found;
}

function findComments(text: string): Finding[] {
  const found: Finding[] = [];
  const lastClosing = text.lastIndexOf('#}');
  for (let at = text.indexOf('{#'); at !== -1 && at + 2 <= lastClosing; at = text.indexOf('{#', at + 2)) {
    found.push({
      offset: at,
      reason: 'Jinja comment {# … #} is not supported: remove it, or write it as {{! … }}.',
    });
  }
  return found;
}
