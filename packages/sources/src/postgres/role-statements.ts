import { quoteIdentifier } from './quoting.ts';
import { type Statement, splitStatements, type Token } from './sql-lexer.ts';

/** A role as pg_dumpall wrote it down. */
export interface DumpedRole {
  readonly name: string;
  /** What makes the role what it is: CREATE, ALTER … WITH (attributes and password), COMMENT. */
  readonly definition: readonly string[];
  /** ALTER ROLE … SET, security labels: what another server may refuse. */
  readonly settings: readonly string[];
  /** As in `ALTER ROLE … WITH`, upper case: `LOGIN` or `NOLOGIN`, and so on. */
  readonly attributes: ReadonlySet<string>;
}

/** A membership, or a privilege on a configuration parameter. */
export interface DumpedGrant {
  readonly label: string;
  readonly to: string;
  /** The role that was granted; absent for a privilege. */
  readonly role?: string;
  /** SQL, and the same without the grantor, whom a newer server may not accept. */
  readonly alternatives: readonly [string, ...string[]];
}

export interface DumpedGlobals {
  readonly roles: readonly DumpedRole[];
  readonly grants: readonly DumpedGrant[];
  readonly tablespaces: readonly string[];
}

interface RoleDraft extends DumpedRole {
  readonly definition: string[];
  readonly settings: string[];
  readonly attributes: Set<string>;
}

/** Reads the output of `pg_dumpall --globals-only`. @throws SyntaxError when it is not complete */
export function parseGlobals(sql: string): DumpedGlobals {
  const roles = new Map<string, RoleDraft>();
  const grants: DumpedGrant[] = [];
  const tablespaces: string[] = [];
  const roleOf = (token: Token | undefined): RoleDraft => {
    const name = token?.value ?? '';
    const known = roles.get(name);
    if (known !== undefined) return known;
    const role = { name, definition: [], settings: [], attributes: new Set<string>() };
    roles.set(name, role);
    return role;
  };
  for (const statement of splitStatements(sql)) {
    const { text, tokens } = statement;
    if (begins(tokens, 'create', 'role')) roleOf(tokens[2]).definition.push(text);
    else if (begins(tokens, 'comment', 'on', 'role')) roleOf(tokens[3]).definition.push(text);
    else if (begins(tokens, 'security', 'label')) {
      roleOf(tokens[tokens.findIndex((token) => isWord(token, 'role')) + 1]).settings.push(text);
    } else if (begins(tokens, 'alter', 'role')) {
      const role = roleOf(tokens[2]);
      if (isWord(tokens[3], 'with')) {
        role.definition.push(text);
        for (const token of tokens.slice(4)) {
          if (token.type === 'word') role.attributes.add(token.value.toUpperCase());
        }
      } else {
        role.settings.push(text);
      }
    } else if (begins(tokens, 'create', 'tablespace')) tablespaces.push(tokens[2]?.value ?? '');
    else if (begins(tokens, 'grant')) {
      const grant = parseGrant(statement);
      if (grant !== undefined) grants.push(grant);
    }
  }
  return { roles: [...roles.values()], grants, tablespaces };
}

function parseGrant({ text, tokens }: Statement): DumpedGrant | undefined {
  const [, granted, to, member] = tokens;
  if (granted !== undefined && member !== undefined && isWord(to, 'to')) {
    const by = tokens.findIndex(
      (token, index) => isWord(token, 'granted') && isWord(tokens[index + 1], 'by'),
    );
    const options = tokens.slice(4, by === -1 ? undefined : by).map((token) => token.value);
    const withoutGrantor = `GRANT ${quoteIdentifier(granted.value)} TO ${quoteIdentifier(member.value)} ${options.join(' ')}`;
    return {
      label: `membership of "${member.value}" in "${granted.value}"`,
      to: member.value,
      role: granted.value,
      alternatives: by === -1 ? [text] : [text, withoutGrantor],
    };
  }
  const parameter = tokens.findIndex((token) => isWord(token, 'parameter'));
  if (parameter === -1) return undefined;
  const grantee = tokens[tokens.findIndex((token, index) => index > parameter && isWord(token, 'to')) + 1];
  if (grantee === undefined) return undefined;
  return {
    label: `privilege of "${grantee.value}" on parameter "${tokens[parameter + 1]?.value ?? ''}"`,
    to: grantee.value,
    alternatives: [text],
  };
}

function begins(tokens: readonly Token[], ...words: readonly string[]): boolean {
  return words.every((word, index) => isWord(tokens[index], word));
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.type === 'word' && token.value === word;
}
