const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Fits a name into a small space: on one line, truncated. A UUID is cut to its first part. */
export function shorten(text: string, characters: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (UUID.test(line)) return `${line.slice(0, 8)}…`;
  return line.length > characters ? `${line.slice(0, characters)}…` : line;
}
