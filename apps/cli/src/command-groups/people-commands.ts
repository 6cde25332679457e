import type { Command } from 'commander';
import type { InviteOptions, ResetPasswordOptions } from '../commands/people.ts';
import type { CreateTokenOptions } from '../commands/tokens.ts';
import type { Perform } from '../perform.ts';

export function addPeopleCommands(program: Command, perform: Perform): void {
  addPeople(program, perform);
  addTokens(program, perform);
}

function addPeople(program: Command, perform: Perform): void {
  const people = program.command('people').description('who may use this Holdfast');
  people
    .command('list')
    .description('who belongs to the team, and what they may do')
    .action(() => perform(async (context) => (await import('../commands/people.ts')).listPeople(context)));

  people
    .command('invite')
    .description('add somebody; prints a code by which they choose a password')
    .argument('<email>')
    .requiredOption('--role <role>', 'viewer, operator, admin or owner')
    .option('--name <name>', 'what to call them; the e-mail address without')
    .action((email: string, options: InviteOptions) =>
      perform(async (context) =>
        (await import('../commands/people.ts')).invitePerson(context, email, options),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast people invite kim@example.com --role operator --name Kim');

  people
    .command('remove')
    .description('end their sessions and tokens, and let them in no more')
    .argument('<email>')
    .action((email: string) =>
      perform(async (context) => (await import('../commands/people.ts')).removePerson(context, email)),
    );

  people
    .command('reset-password')
    .description('print a code by which somebody chooses a new password')
    .argument('<email>')
    .option('--forget-second-factor', 'who lost the authenticator, too')
    .action((email: string, options: ResetPasswordOptions) =>
      perform(async (context) =>
        (await import('../commands/people.ts')).resetPassword(context, email, options),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast people reset-password kim@example.com');
}

function addTokens(program: Command, perform: Perform): void {
  const tokens = program.command('tokens').description('what programs sign in with');
  tokens
    .command('list')
    .description('which there are, and when they were used')
    .action(() => perform(async (context) => (await import('../commands/tokens.ts')).listTokens(context)));

  tokens
    .command('create')
    .description('make one; it is shown this one time')
    .argument('<name>', 'what it is for')
    .requiredOption('--role <role>', 'viewer, operator, admin or owner')
    .option('--days <number>', 'how long it is good; until it is removed without')
    .action((name: string, options: CreateTokenOptions) =>
      perform(async (context) => (await import('../commands/tokens.ts')).createToken(context, name, options)),
    )
    .addHelpText('after', '\nExample:\n  holdfast tokens create ci --role operator --days 90');

  tokens
    .command('remove')
    .description('let it in no more, from now on')
    .argument('<id>')
    .action((id: string) =>
      perform(async (context) => (await import('../commands/tokens.ts')).removeToken(context, id)),
    );
}
