import type { Command } from 'commander';
import type { TypedKeyOptions } from '../commands/key-change.ts';
import type { ShowKitOptions } from '../commands/key-show-kit.ts';
import type { Perform } from '../perform.ts';

export function addKeyCommands(program: Command, perform: Perform): void {
  const key = program.command('key').description('the key that opens the backups');
  key
    .command('status')
    .description('which key it is, whether somebody keeps it, and which repositories have it')
    .action(() => perform(async (context) => (await import('../commands/key-status.ts')).keyStatus(context)))
    .addHelpText('after', '\nExample:\n  holdfast key status');

  key
    .command('show-kit')
    .description('print what to keep in order to restore without Holdfast; holds the password')
    .option('--html <file>', 'write it as a page to print')
    .option('--text', 'as text to print')
    .option('--without-key', 'with a line to write the key on')
    .action((options: ShowKitOptions) =>
      perform(async (context) =>
        (await import('../commands/key-show-kit.ts')).showRecoveryKit(context, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast key show-kit --html kit.html   print it, then delete the file\n' +
        '  holdfast key show-kit --text --without-key',
    );

  key
    .command('confirm')
    .description('type the key that you keep, to prove that you do')
    .option('--key-stdin', 'read the key from standard input')
    .action((options: TypedKeyOptions) =>
      perform(async (context) => (await import('../commands/key-change.ts')).confirmKey(context, options)),
    )
    .addHelpText('after', '\nExample:\n  holdfast key confirm');

  key
    .command('adopt')
    .description('use a restic password that you have already')
    .option('--key-stdin', 'read the password from standard input')
    .action((options: TypedKeyOptions) =>
      perform(async (context) => (await import('../commands/key-change.ts')).adoptKey(context, options)),
    )
    .addHelpText('after', '\nExample:\n  holdfast key adopt');

  key
    .command('rotate')
    .description('change the key of all repositories, or go on with a change that was interrupted')
    .option('--key-stdin', 'to this key, from standard input, instead of a generated one')
    .option('--master', "instead, change the key that opens this Holdfast's own secrets")
    .action((options: TypedKeyOptions & { readonly master?: boolean }) =>
      perform(async (context) => (await import('../commands/key-change.ts')).rotateKey(context, options)),
    )
    .addHelpText('after', '\nExamples:\n  holdfast key rotate\n  holdfast key rotate --master');
}
