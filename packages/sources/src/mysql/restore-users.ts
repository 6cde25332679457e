import { asHoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import { execute } from './client.ts';
import type { ConnectedServer } from './connect.ts';
import { quoteAccount, quoteIdentifier } from './quoting.ts';
import type { Program } from './schema-objects.ts';
import { type Account, readAccounts, type User, usersSchema } from './users.ts';

export interface RestoredUsers {
  readonly created: readonly Account[];
  readonly warnings: readonly string[];
}

const keyOf = ({ user, host, role }: Account) => JSON.stringify(role ? [user] : [user, host]);

/**
 * Creates the users of the snapshot that are missing, with their privileges. Those that exist are left alone, since
 * their passwords are in use. What fails is a warning: the data does not depend on it.
 */
export async function restoreUsers(
  connected: ConnectedServer,
  attachment: Uint8Array,
  signal: AbortSignal,
): Promise<RestoredUsers> {
  const users = usersSchema.parse(JSON.parse(Buffer.from(attachment).toString('utf8')));
  const warnings: string[] = [];
  let existing: ReadonlySet<string>;
  try {
    existing = new Set((await readAccounts(connected, signal)).map(keyOf));
  } catch (error) {
    return { created: [], warnings: [`Users could not be restored. ${asHoldfastError(error).message}`] };
  }
  const created: Account[] = [];
  for (const user of users.filter((one) => !existing.has(keyOf(one)))) {
    throwIfCancelled(signal);
    const problem = await createUser(connected, user, signal);
    if (problem === undefined) created.push(user);
    else warnings.push(`The user ${nameOf(user)} could not be created whole: ${problem}`);
  }
  return { created, warnings };
}

const definerPattern = /^CREATE\b[^`]*?\bDEFINER\s*=\s*`((?:[^`]|``)*)`@`((?:[^`]|``)*)`/;

/** Who programs run as, of those that do not exist: such a program fails when it is used. */
export async function missingDefiners(
  connected: ConnectedServer,
  programs: readonly Program[],
): Promise<string[]> {
  const accounts = new Set((await readAccounts(connected)).map(keyOf));
  const definers = programs.flatMap(({ sql }): Account[] => {
    const [, user, host] = definerPattern.exec(sql) ?? [];
    if (user === undefined || host === undefined) return [];
    return [{ user: user.replaceAll('``', '`'), host: host.replaceAll('``', '`'), role: false }];
  });
  const missing = definers.filter((one) => !accounts.has(keyOf(one)));
  return [...new Set(missing.map(nameOf))];
}

async function createUser(
  { server }: ConnectedServer,
  user: User,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await execute(server, `${[user.create, ...user.grants].join(';\n')};`, { signal });
    return undefined;
  } catch (error) {
    // The rest of the words may repeat a password's hash.
    return /ERROR \d+ \(\w+\)/.exec(asHoldfastError(error).message)?.[0] ?? 'the server refused it.';
  }
}

/** Removes users that a failed restore created. */
export async function removeUsers({ server }: ConnectedServer, users: readonly Account[]): Promise<void> {
  if (users.length === 0) return;
  await execute(
    server,
    users.map((user) => `DROP ${user.role ? 'ROLE' : 'USER'} IF EXISTS ${nameOf(user)};`).join('\n'),
  );
}

function nameOf({ user, host, role }: Account): string {
  return role ? quoteIdentifier(user) : quoteAccount(user, host);
}
