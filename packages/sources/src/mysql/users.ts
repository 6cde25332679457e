import { z } from 'zod';
import { queryCells, queryJson } from './client.ts';
import type { ConnectedServer } from './connect.ts';
import { quoteAccount, quoteIdentifier } from './quoting.ts';

const userSchema = z.object({
  user: z.string(),
  host: z.string(),
  role: z.boolean(),
  create: z.string(),
  grants: z.array(z.string()),
});
export type User = z.infer<typeof userSchema>;
export const usersSchema = z.array(userSchema);

/** The attachment of a manifest for programs, and the same for people. */
export const usersAttachment = 'users.json';
export const usersScript = 'users.sql';

/** Made by the server itself. */
const ownUsers = "('mysql.sys', 'mysql.session', 'mysql.infoschema', 'mariadb.sys', 'PUBLIC')";
const marker = 'holdfast-next-user';

const accountSchema = z.object({ user: z.string(), host: z.string(), role: z.coerce.boolean() });
export type Account = z.infer<typeof accountSchema>;

/** @throws HoldfastError `dump-failed` when the user may not read the accounts */
export async function readAccounts(
  { server, family }: ConnectedServer,
  signal?: AbortSignal,
): Promise<Account[]> {
  const role = family === 'mariadb' ? `is_role = 'Y'` : '0';
  return await queryJson(
    server,
    `SELECT JSON_OBJECT('user', User, 'host', Host, 'role', ${role}) FROM mysql.user
     WHERE User NOT IN ${ownUsers} ORDER BY ${family === 'mariadb' ? 'is_role DESC, ' : ''}User, Host;`,
    accountSchema,
    signal === undefined ? {} : { signal },
  );
}

/** Every account with the statements that make it. @throws HoldfastError as `readAccounts` */
export async function readUsers(connected: ConnectedServer, signal: AbortSignal): Promise<User[]> {
  const accounts = await readAccounts(connected, signal);
  const { server, family } = connected;
  const preamble =
    family === 'mysql' && connected.version >= 80_017 ? 'SET SESSION print_identified_with_as_hex = 1;' : '';
  const sql = accounts.map(({ user, host, role }) =>
    role
      ? `SELECT '${marker}'; SHOW GRANTS FOR ${quoteIdentifier(user)};`
      : `SELECT '${marker}'; SHOW CREATE USER ${quoteAccount(user, host)}; SHOW GRANTS FOR ${quoteAccount(user, host)};`,
  );
  const users: { -readonly [Key in keyof User]: User[Key] }[] = [];
  let next = 0;
  for (const [cell] of await queryCells(server, `${preamble}\n${sql.join('\n')}`, { signal })) {
    const current = users.at(-1);
    if (cell === marker) {
      const account = accounts[next++];
      if (account === undefined) break;
      users.push({
        ...account,
        create: account.role ? `CREATE ROLE ${quoteIdentifier(account.user)}` : '',
        grants: [],
      });
    } else if (current !== undefined && cell !== undefined) {
      if (current.create === '') current.create = cell;
      else if (!current.role || !isGrantOfAnother(cell, current.user)) current.grants.push(cell);
    }
  }
  return users;
}

/** SHOW GRANTS of a role lists those of the roles that it has, too. */
function isGrantOfAnother(grant: string, role: string): boolean {
  return !grant.includes(` TO ${quoteIdentifier(role)}`);
}

/** As SQL for people: what exists is left alone. */
export function usersAsScript(users: readonly User[]): string {
  return users
    .flatMap(({ create, grants }) => [
      create.replace(/^CREATE (USER|ROLE) /, 'CREATE $1 IF NOT EXISTS '),
      ...grants,
    ])
    .map((statement) => `${statement};\n`)
    .join('');
}
