import { type ExitCode, exitCodes, type Invitation, invitePersonSchema } from '@holdfast/contracts';
import { formatAge } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';

export interface InviteOptions {
  readonly role: string;
  readonly name?: string;
}

export interface ResetPasswordOptions {
  readonly forgetSecondFactor?: boolean;
}

/** Who belongs to the team. */
export async function listPeople(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const people = await (await context.client()).people();
  if (output.json) output.document(people);
  else if (people.length === 0) {
    output.line(markup`Nobody yet. Invite the first with: holdfast people invite EMAIL --role owner`);
  } else {
    const now = Date.now();
    output.table(
      [{ title: 'E-MAIL' }, { title: 'NAME', wraps: true }, { title: 'ROLE' }, { title: 'LAST SIGN-IN' }],
      people.map(({ email, name, role, state, lastSignIn }) => [
        email,
        name,
        role,
        lastSignIn === undefined ? (state === 'invited' ? 'invited' : 'never') : formatAge(lastSignIn, now),
      ]),
    );
  }
  return exitCodes.ok;
}

/** Adds somebody, and prints what they need to come in. */
export async function invitePerson(
  context: CommandContext,
  email: string,
  { role, name = email }: InviteOptions,
): Promise<ExitCode> {
  const input = invitePersonSchema.safeParse({ email, name, role });
  if (!input.success) {
    const [about] = input.error.issues.map(({ path }) => String(path[0]));
    const given = about === 'role' ? role : about === 'name' ? name : email;
    throw new CommandError('invalid-input', `"${given}" cannot be the ${about} of a person.`, {
      hint: 'Roles are viewer, operator, admin and owner.',
    });
  }
  return printInvitation(context, await (await context.client()).invitePerson(input.data));
}

export async function removePerson(context: CommandContext, email: string): Promise<ExitCode> {
  await (await context.client()).removePerson(email);
  if (context.output.json) context.output.document({ removed: email });
  else context.output.line(markup`Removed ${email}, with their sessions and tokens.`);
  return exitCodes.ok;
}

/** The way back in for who forgot the password, the only owner among them. */
export async function resetPassword(
  context: CommandContext,
  email: string,
  { forgetSecondFactor = false }: ResetPasswordOptions,
): Promise<ExitCode> {
  return printInvitation(
    context,
    await (await context.client()).resetPassword(email, { forgetSecondFactor }),
  );
}

function printInvitation({ output }: CommandContext, invitation: Invitation): ExitCode {
  const { person, code, link, expiresAt } = invitation;
  if (output.json) output.document(invitation);
  else {
    output.line(markup`The code for ${person.email} (${person.role}), good once until ${expiresAt}:`);
    output.line(markup`  ${output.palette.bold(code)}`);
    if (link !== undefined) output.line(markup`  ${link}`);
    output.note(
      markup`Who has the code can choose the password: pass it on by a way that nobody else reads.`,
    );
  }
  return exitCodes.ok;
}
