/** A token of SQL text. `value` is what a quoted one means; of a word it is its lower-case form. */
export interface Token {
  readonly type: 'word' | 'identifier' | 'string' | 'symbol';
  readonly value: string;
}

export interface Statement {
  /** The statement without its semicolon and without comments between its tokens. */
  readonly text: string;
  readonly tokens: readonly Token[];
}

/**
 * Splits what pg_dumpall wrote into its statements. Knows quoted identifiers, strings (also E'…' and dollar
 * quotes), comments (block comments nest), and lines that are commands to psql, which are left out.
 * Plain strings are read as `standard_conforming_strings = on` has it: pg_dumpall sets that first.
 *
 * @throws SyntaxError when a quote or comment does not end, or the last statement has no semicolon
 */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let pieces: string[] = [];
  let tokens: Token[] = [];
  for (let position = 0; position < sql.length; ) {
    const lexeme = nextLexeme(sql, position, tokens.length === 0);
    position = lexeme.end;
    if (lexeme.token?.type === 'symbol' && lexeme.token.value === ';') {
      if (tokens.length > 0) statements.push({ text: pieces.join('').trim(), tokens });
      pieces = [];
      tokens = [];
      continue;
    }
    pieces.push(lexeme.token === undefined ? ' ' : lexeme.text);
    if (lexeme.token !== undefined) tokens.push(lexeme.token);
  }
  if (tokens.length > 0) throw new SyntaxError('The last statement is not complete.');
  return statements;
}

interface Lexeme {
  readonly text: string;
  readonly end: number;
  /** Absent for what carries no meaning: space, comments, commands to psql. */
  readonly token?: Token;
}

function nextLexeme(sql: string, start: number, atStatementStart: boolean): Lexeme {
  const here = sql[start];
  if (sql.startsWith('--', start)) return meaningless(sql, start, endOfLine(sql, start));
  if (sql.startsWith('/*', start)) return meaningless(sql, start, endOfBlockComment(sql, start));
  if (here === '\\' && atStatementStart) return meaningless(sql, start, endOfLine(sql, start));
  if (here === '"') return quoted(sql, start, 'identifier');
  if (here === "'") return quoted(sql, start, 'string');
  if (/^[eE]'/.test(sql.slice(start, start + 2))) return escapeString(sql, start);
  const dollar = match(/\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y, sql, start);
  if (dollar !== undefined) return dollarQuoted(sql, start, dollar);
  const space = match(/\s+/y, sql, start);
  if (space !== undefined) return meaningless(sql, start, start + space.length);
  const word = match(/[\w\u0080-\uffff][\w$\u0080-\uffff]*/y, sql, start);
  const text = word ?? sql.slice(start, start + 1);
  const token: Token =
    word === undefined ? { type: 'symbol', value: text } : { type: 'word', value: text.toLowerCase() };
  return { text, end: start + text.length, token };
}

function match(expression: RegExp, sql: string, start: number): string | undefined {
  expression.lastIndex = start;
  return expression.exec(sql)?.[0];
}

function meaningless(sql: string, start: number, end: number): Lexeme {
  return { text: sql.slice(start, end), end };
}

function endOfLine(sql: string, start: number): number {
  const newline = sql.indexOf('\n', start);
  return newline === -1 ? sql.length : newline + 1;
}

function endOfBlockComment(sql: string, start: number): number {
  let depth = 0;
  for (let position = start; position < sql.length; ) {
    if (sql.startsWith('/*', position)) {
      depth += 1;
      position += 2;
    } else if (sql.startsWith('*/', position)) {
      depth -= 1;
      position += 2;
      if (depth === 0) return position;
    } else {
      position += 1;
    }
  }
  throw new SyntaxError('A comment does not end.');
}

/** A doubled quote inside stands for itself. */
function quoted(sql: string, start: number, type: 'identifier' | 'string'): Lexeme {
  const quote = sql.charAt(start);
  for (let end = sql.indexOf(quote, start + 1); end !== -1; end = sql.indexOf(quote, end + 2)) {
    if (sql[end + 1] === quote) continue;
    const value = sql.slice(start + 1, end).replaceAll(quote + quote, quote);
    return { text: sql.slice(start, end + 1), end: end + 1, token: { type, value } };
  }
  throw new SyntaxError(`A quoted ${type} does not end.`);
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function escapeString(sql: string, start: number): Lexeme {
  let value = '';
  for (let position = start + 2; position < sql.length; ) {
    const character = sql.charAt(position);
    const next = sql.charAt(position + 1);
    if (character === "'" && next !== "'") {
      const end = position + 1;
      return { text: sql.slice(start, end), end, token: { type: 'string', value } };
    }
    if (character === '\\') value += escapes[next] ?? next;
    else value += character;
    position += character === '\\' || character === "'" ? 2 : 1;
  }
  throw new SyntaxError('A quoted string does not end.');
}

function dollarQuoted(sql: string, start: number, tag: string): Lexeme {
  const close = sql.indexOf(tag, start + tag.length);
  if (close === -1) throw new SyntaxError('A dollar-quoted string does not end.');
  const end = close + tag.length;
  const value = sql.slice(start + tag.length, close);
  return { text: sql.slice(start, end), end, token: { type: 'string', value } };
}
