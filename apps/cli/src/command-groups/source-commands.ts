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
    .description('declare what discovery cannot find: a folder, a SQLite file, a server in no container')
    .argument('<kind>', 'directory, sqlite or postgres')
    .argument('[path]', 'the folder or the file')
    .option('--name <name>', 'what to call it; made from the path where there is one')
    .option('--environment <name>', 'what it belongs to and is restored with')
    .option('--host <host>', 'of a server: its name or address')
    .option('--port <port>', 'of a server; its usual one otherwise')
    .option('--user <user>', 'of a server: who Holdfast connects as (default: postgres)')
    .option('--database <name>', 'of a server: only this database')
    .option('--ssl-mode <mode>', 'of a server: disable, allow, prefer, require, verify-ca or verify-full')
    .option('--password-file <path>', 'of a server; HOLDFAST_SOURCE_PASSWORD or a prompt otherwise')
    .action((kind: string, path: string | undefined, options: AddSourceOptions) =>
      perform(async (context) =>
        (await import('../commands/sources-add.ts')).addSource(context, kind, path, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast sources add directory /srv/shop/uploads --environment shop\n  holdfast sources add sqlite /srv/shop/orders.db --name shop-orders\n  holdfast sources add postgres --host db.example.com --user backup --name shop-db',
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
