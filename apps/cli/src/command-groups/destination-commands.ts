import type { Command } from 'commander';
import type { AddDestinationOptions } from '../commands/destinations-add.ts';
import type { Perform } from '../perform.ts';

export function addDestinationCommands(program: Command, perform: Perform): void {
  const list = () =>
    perform(async (context) => (await import('../commands/destinations-list.ts')).listDestinations(context));
  const destinations = program
    .command('destinations')
    .description('where backups are kept')
    .action(list)
    .addHelpText('after', '\nExamples:\n  holdfast destinations\n  holdfast destinations add --help');

  destinations.command('list').description('the same').action(list);

  destinations
    .command('add')
    .description('add storage, after testing that it works')
    .argument('<name>', 'what to call it')
    .requiredOption('--kind <kind>', 'local or s3')
    .option('--set <key=value>', 'a setting that is no secret; repeat for more', collect)
    .option('--secret-stdin <key>', 'read this setting from standard input')
    .option('--secret-file <key=path>', 'read a setting from a file; repeat for more', collect)
    .option('--secret-env <key=variable>', 'read a setting from a variable; repeat for more', collect)
    .option('--secret-prompt <key>', 'ask for a setting without showing it; repeat for more', collect)
    .option('--default', 'back up to it unless told otherwise')
    .option('--force', 'add it even though the test fails')
    .action((name: string, options: AddDestinationOptions) =>
      perform(async (context) =>
        (await import('../commands/destinations-add.ts')).addDestination(context, name, options),
      ),
    )
    .addHelpText('after', addExamples);

  destinations
    .command('test')
    .description('write, read back, list and delete a small object there')
    .argument('<name>')
    .action((name: string) =>
      perform(async (context) =>
        (await import('../commands/destinations-test.ts')).testDestination(context, name),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast destinations test offsite');

  destinations
    .command('remove')
    .description('forget it; what is stored there stays')
    .argument('<name>')
    .option('--yes', 'even if it holds snapshots')
    .action((name: string, options: { yes?: boolean }) =>
      perform(async (context) =>
        (await import('../commands/destinations-remove.ts')).removeDestination(context, name, options),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast destinations remove offsite');
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

const addExamples = `
Examples:
  holdfast destinations add disk --kind local --set path=/mnt/backup
  holdfast destinations add offsite --kind s3 --default \\
    --set endpoint=https://s3.example.com --set bucket=backups --set region=eu-1 \\
    --set accessKeyId=AKIA... --secret-prompt secretAccessKey`;
