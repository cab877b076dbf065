const BYTE_ORDER_MARK = '\uFEFF';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where the JSON of a source begins: a file saved on Windows may start with a byte order mark. */
export function contentStart(source: string): number {
  return source.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
}

/** Returns a function that turns an offset of this source into a line and column, both 1-based. */
export function createPositionFinder(source: string): (offset: number) => Position {
  const lineStarts = [contentStart(source)];
  for (const lineBreak of source.matchAll(/\r\n|\r|\n/g)) {
    lineStarts.push(lineBreak.index + lineBreak[0].length);
  }
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, offset - (lineStarts[low] ?? 0)) + 1 };
  };
}

/**
 * Returns a function that finds a character of a string's value in the source, despite the escapes before it. Call it
 * with ascending indexes: it goes on from the last one, so that all of them cost one pass.
 * @param literalStart Offset of the string's opening quote.
 */
export function createLiteralFinder(source: string, literalStart: number): (index: number) => number {
  let offset = literalStart + 1;
  let unit = 0;
  return (index) => {
    // Every escape stands for exactly one UTF-16 unit.
    for (; unit < index; unit++) {
      if (source[offset] !== '\\') offset += 1;
      else offset += source[offset + 1] === 'u' ? 6 : 2;
    }
    return offset;
  };
}
