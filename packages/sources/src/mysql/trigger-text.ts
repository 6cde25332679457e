/** Comments, quoted names and texts, words, white space, and anything else one character at a time. */
const tokens =
  /(?<space>\s+|\/\*[\s\S]*?\*\/|--[ \t][^\n]*|#[^\n]*)|`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^'\\]|''|\\[\s\S])*'|[\p{L}\p{N}_$]+|[\s\S]/gu;

/**
 * What follows the table in the text of a trigger (`FOR EACH ROW …`). The server keeps what a person typed, so names
 * before it may be quoted or not, and may name the schema. `ON` is reserved: without quotes it can be nothing else.
 *
 * @throws SyntaxError when the text is not one of a trigger
 */
export function textAfterTable(sql: string): string {
  let state: 'before' | 'name' | 'after name' = 'before';
  for (const match of sql.matchAll(tokens)) {
    const [token] = match;
    if (match.groups?.['space'] !== undefined) continue;
    if (state === 'before') {
      if (token.toLowerCase() === 'on') state = 'name';
    } else if (state === 'name') {
      state = 'after name';
    } else if (token === '.') {
      state = 'name';
    } else {
      return sql.slice(match.index);
    }
  }
  throw new SyntaxError('This is not the text of a trigger.');
}
