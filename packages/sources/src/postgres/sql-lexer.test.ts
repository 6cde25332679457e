import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';
import { splitStatements } from './sql-lexer.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', ''));
const troublesome = fc
  .array(
    fc.constantFrom("'", '"', ';', '\\', '\n', '--', '/*', '*/', '$$', '$a$', 'x', ' ', 'ü', 'E', '\t'),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));
const hostileText = fc.oneof(anyText, troublesome);

const noise = fc.constantFrom(
  '',
  '\n',
  '-- a; comment\n',
  '/* a; /* nested */ one */',
  '\\restrict a"b\n',
  '  ',
);

/** As pg_dumpall writes it: backslashes in an ordinary string stand for themselves. */
const standardLiteral = (value: string) => `'${value.replaceAll("'", "''")}'`;

describe('splitStatements', () => {
  it('gives back the statements and their values, whatever names and strings hold', () => {
    const statement = fc.record({ name: hostileText, comment: hostileText, standard: fc.boolean(), noise });
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), (statements) => {
        const sql = statements
          .map(({ name, comment, standard, noise }) => {
            const literal = standard ? standardLiteral(comment) : quoteLiteral(comment);
            return `${noise}COMMENT ON ROLE ${quoteIdentifier(name)} IS ${literal};`;
          })
          .join('\n');
        const split = splitStatements(sql);
        expect(split.map(({ tokens }) => [tokens[3]?.value, tokens[5]?.value])).toEqual(
          statements.map(({ name, comment }) => [name, comment]),
        );
      }),
    );
  });

  it('gives statements that split into themselves', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (name, value) => {
        const [statement] = splitStatements(
          `ALTER ROLE ${quoteIdentifier(name)} SET x TO ${standardLiteral(value)}, E'\\n' -- ;\n;`,
        );
        expect(splitStatements(`${statement?.text};`)).toEqual([statement]);
      }),
    );
  });

  it('reads dollar quotes, escapes and commands to psql', () => {
    const split = splitStatements("\\connect x\nSELECT $a$ ;'$$ $a$, E'a\\'b\\n', a$b;\n\\unrestrict y\n");
    expect(split).toHaveLength(1);
    expect(split[0]?.tokens.map(({ value }) => value)).toEqual([
      'select',
      " ;'$$ ",
      ',',
      "a'b\n",
      ',',
      'a$b',
    ]);
  });

  it.each(["SELECT 'a", 'SELECT "a', 'SELECT $a$ b', '/* a', 'SELECT 1', "SELECT E'a\\'"])(
    'refuses %j, which was cut off',
    (sql) => {
      expect(() => splitStatements(sql)).toThrow(SyntaxError);
    },
  );
});
