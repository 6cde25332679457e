import { createApiTokenSchema, type ExitCode, exitCodes } from '@holdfast/contracts';
import { formatAge } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';

export interface CreateTokenOptions {
  readonly role: string;
  readonly days?: string;
}

/** All tokens of everybody; newest first. */
export async function listTokens(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const tokens = await (await context.client()).tokens();
  if (output.json) output.document(tokens);
  else if (tokens.length === 0) output.line(markup`There is no token.`);
  else {
    const now = Date.now();
    output.table(
      [
        { title: 'ID' },
        { title: 'NAME', wraps: true },
        { title: 'ROLE' },
        { title: 'MADE BY', wraps: true },
        { title: 'EXPIRES' },
        { title: 'LAST USED' },
      ],
      tokens.map(({ id, name, role, madeBy, expiresAt, lastUsed }) => [
        id,
        name,
        role,
        madeBy ?? 'on the server',
        expiresAt ?? 'never',
        lastUsed === undefined ? 'never' : formatAge(lastUsed, now),
      ]),
    );
  }
  return exitCodes.ok;
}

/** The secret alone is on standard output, so that it can be kept without being shown. */
export async function createToken(
  context: CommandContext,
  name: string,
  { role, days }: CreateTokenOptions,
): Promise<ExitCode> {
  const expiresInDays = days === undefined ? {} : { expiresInDays: Number(days) };
  const input = createApiTokenSchema.safeParse({ name, role, ...expiresInDays });
  if (!input.success) {
    throw new CommandError('invalid-input', 'A token cannot be made like that.', {
      hint: 'The role is viewer, operator, admin or owner; --days takes a whole number from 1 to 3650.',
    });
  }
  const created = await (await context.client()).createToken(input.data);
  const { output } = context;
  if (output.json) output.document(created);
  else {
    output.line(markup`${created.secret}`);
    output.note(markup`This is the only time that it is shown. Its id is ${created.token.id}.`);
  }
  return exitCodes.ok;
}

export async function removeToken(context: CommandContext, id: string): Promise<ExitCode> {
  await (await context.client()).removeToken(id);
  if (context.output.json) context.output.document({ removed: id });
  else context.output.line(markup`Removed. It lets nobody in any more.`);
  return exitCodes.ok;
}
