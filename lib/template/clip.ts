const LONGEST = 60;

/** Shortens a piece of a template for a sentence. */
export function clip(text: string): string {
  const characters = Array.from(text.slice(0, LONGEST * 2));
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : text;
}
