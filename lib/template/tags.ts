import { clip, type Finding } from './finding';
import { findJinjaBlocks } from './jinja';

/** Longer than any path. Mustache's search for the end of a tag takes quadratic time on long tags. */
const LONGEST_TAG = 1000;

export interface TagCheck {
  /** With offsets in the text, ascending. */
  readonly problems: readonly Finding[];
  /** Whether mustache can be given the text. */
  readonly isReadable: boolean;
}

/**
 * Checks a string for what mustache must not get: tags without an end, overlong tags, and other delimiters. Also finds
 * Jinja's blocks in the text around the tags.
 */
export function checkTags(text: string): TagCheck {
  const problems: Finding[] = [];
  let isReadable = true;
  let position = 0;
  const checkText = (end: number): void => {
    for (const { offset, reason } of findJinjaBlocks(text.slice(position, end))) {
      problems.push({ offset: position + offset, reason });
    }
  };
  for (let start = text.indexOf('{{'); start !== -1; start = text.indexOf('{{', position)) {
    checkText(start);
    const sigil = /^\s*([{=]?)/.exec(text.slice(start + 2, start + LONGEST_TAG))?.[1] ?? '';
    const closing = sigil === '{' ? '}}}' : '}}';
    const end = text.indexOf(closing, start + 2);
    const reason = tagProblem(sigil, end - start, () => clip(text.slice(start)));
    if (reason !== undefined) {
      problems.push({ offset: start, reason });
      isReadable = false;
    }
    if (end === -1) return { problems, isReadable };
    position = end + closing.length;
  }
  checkText(text.length);
  return { problems, isReadable };
}

/** @param length Negative if the tag has no end */
function tagProblem(sigil: string, length: number, describe: () => string): string | undefined {
  if (sigil === '=') return 'custom delimiters ({{= … =}}) are not supported: use {{ … }}.';
  if (length < 0) {
    return `the placeholder ${describe()} is not closed: end it with ${sigil === '{' ? '}}}' : '}}'}.`;
  }
  if (length > LONGEST_TAG) return `a placeholder cannot be longer than ${LONGEST_TAG} characters.`;
  return undefined;
}
