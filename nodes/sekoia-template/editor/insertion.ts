/**
 * What to write at the cursor for a field: its placeholder, in quotes of its own unless the cursor stands in a
 * string already.
 * @param before the cursor's line up to the cursor; a string of JSON ends on the line that it began on
 */
export function insertionFor(path: string, before: string): string {
  const placeholder = `{{ ${path} }}`;
  return endsInString(before) ? placeholder : `"${placeholder}"`;
}

function endsInString(line: string): boolean {
  let inString = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') inString = !inString;
    else if (line[at] === '\\' && inString) at += 1;
  }
  return inString;
}
