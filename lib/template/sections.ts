import type { Finding } from './finding';
import { clip } from './clip';

/** Says where sections are not nested, from the error of mustache's parser. Offsets are those of `text`. */
export function explainSections(text: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : '';
  const [, kind, name = '', at = '0'] = /^(Unopened|Unclosed) section "([^]*)" at (\d+)$/.exec(message) ?? [];
  const offset = Number(at);
  if (kind === 'Unopened') {
    return {
      offset,
      reason: `{{/${clip(name)}}} closes a section that is not open: remove it, or open it with {{#${clip(name)}}}.`,
    };
  }
  if (kind === 'Unclosed' && offset < text.length) {
    const reason = `the section {{#${clip(name)}}} must be closed by {{/${clip(name)}}}, spelled alike, before this.`;
    return { offset, reason };
  }
  if (kind === 'Unclosed') {
    return {
      offset: lastOpening(text, name),
      reason: `the section {{#${clip(name)}}} is not closed: add {{/${clip(name)}}}.`,
    };
  }
  return { offset: 0, reason: `mustache cannot read this text: ${clip(message)}.` };
}

function lastOpening(text: string, name: string): number {
  let last = 0;
  for (const opening of text.matchAll(/\{\{\s*[#^]\s*/g)) {
    if (text.startsWith(name, opening.index + opening[0].length)) last = opening.index;
  }
  return last;
}
