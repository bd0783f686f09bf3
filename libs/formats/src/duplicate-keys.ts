/**
 * The first key that occurs twice in one object of a JSON text, or undefined. `JSON.parse` silently takes the last one,
 * so a reader that does the same sees other tensors than a reader that takes the first.
 *
 * @param text valid JSON
 */
export function findDuplicateKey(text: string): string | undefined {
  // One entry for each open object or array; an array has no keys.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(undefined);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfString(text, at);
        const keys = open.at(-1);
        if (keys && isKey(text, end)) {
          const key = JSON.parse(text.slice(at, end)) as string;
          if (keys.has(key)) return key;
          keys.add(key);
        }
        at = end - 1;
      }
    }
  }
  return undefined;
}

/** The index after the closing quote of the string that begins at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** Whether a string that ends before `at` is a key: a colon follows. */
function isKey(text: string, at: number): boolean {
  let next = at;
  while (' \t\n\r'.includes(text[next] ?? 'end')) next += 1;
  return text[next] === ':';
}
