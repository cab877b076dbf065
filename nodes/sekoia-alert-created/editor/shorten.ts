const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A name for a place where there is little: on one line, cut; of a uuid its beginning. */
export function shorten(text: string, characters: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (UUID.test(line)) return `${line.slice(0, 8)}…`;
  return line.length > characters ? `${line.slice(0, characters)}…` : line;
}
