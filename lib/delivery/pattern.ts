/**
 * Whether a text matches a pattern. `*` stands for any text, even an empty one; all other characters stand for
 * themselves. Takes at most text × pattern steps. A regular expression from a user's pattern could take forever
 * on a hostile title.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let patternAt = 0;
  let lastStar = -1;
  let retryAt = 0;
  while (at < text.length) {
    if (pattern[patternAt] === '*') {
      lastStar = patternAt;
      retryAt = at;
      patternAt += 1;
    } else if (pattern[patternAt] === text[at]) {
      at += 1;
      patternAt += 1;
    } else if (lastStar !== -1) {
      // Let the last star match one more character, and try again from there.
      retryAt += 1;
      at = retryAt;
      patternAt = lastStar + 1;
    } else return false;
  }
  while (pattern[patternAt] === '*') patternAt += 1;
  return patternAt === pattern.length;
}
