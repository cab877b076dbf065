/**
 * The text to insert for a field: its placeholder, in quotes unless the cursor is inside a string already.
 * @param before the text between the start of the line and the cursor; a JSON string never spans lines
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
