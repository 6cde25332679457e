import type { Command } from 'commander';
import type { AddSourceOptions } from '../commands/sources-add.ts';
import type { Perform } from '../perform.ts';

export function addSourceCommands(program: Command, perform: Perform): void {
  const sources = program
    .command('sources')
    .description('what was found or declared, whether it is protected, and why not')
    .action(() =>
      perform(async (context) => (await import('../commands/sources-list.ts')).listSources(context)),
    )
    .addHelpText('after', '\nExamples:\n  holdfast sources\n  holdfast sources --json');

  sources
    .command('add')
    .description('declare a folder or a SQLite file, which discovery cannot find')
    .argument('<kind>', 'directory or sqlite')
    .argument('<path>', 'the folder or the file')
    .option('--name <name>', 'what to call it; made from the path otherwise')
    .option('--environment <name>', 'what it belongs to and is restored with')
    .action((kind: string, path: string, options: AddSourceOptions) =>
      perform(async (context) =>
        (await import('../commands/sources-add.ts')).addSource(context, kind, path, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast sources add directory /srv/shop/uploads --environment shop\n  holdfast sources add sqlite /srv/shop/orders.db --name shop-orders',
    );

  sources
    .command('remove')
    .description('take back a declaration; snapshots stay')
    .argument('<name>')
    .action((name: string) =>
      perform(async (context) => (await import('../commands/sources-remove.ts')).removeSource(context, name)),
    )
    .addHelpText('after', '\nExample:\n  holdfast sources remove shop-orders');
}
