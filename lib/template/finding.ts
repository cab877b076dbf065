/** Something wrong at an offset: of the source, or of one string's value where a function says so. */
export interface Finding {
  readonly offset: number;
  readonly reason: string;
}

export function byOffset(one: Finding, other: Finding): number {
  return one.offset - other.offset;
}

const LONGEST = 60;

/** Shortens a piece of a template so that a reason can quote it. */
export function clip(text: string): string {
  const characters = Array.from(text.slice(0, LONGEST * 2));
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : text;
}
