import type { Command } from 'commander';
import type { BackupOptions } from '../commands/backup.ts';
import type { DrillOptions } from '../commands/drill.ts';
import type { RestoreOptions } from '../commands/restore.ts';
import type { DeleteSnapshotOptions } from '../commands/snapshot-delete.ts';
import type { GetOptions } from '../commands/snapshot-get.ts';
import type { Perform } from '../perform.ts';

export function addSnapshotCommands(program: Command, perform: Perform): void {
  program
    .command('backup')
    .description('back up sources, and wait for the end')
    .argument('[names...]', 'sources or environments')
    .option('--all', 'everything that is protected')
    .option('--destination <name>', 'where to, if not to the default destination')
    .option('--detach', 'do not wait (needs a running server)')
    .action((names: string[], options: BackupOptions) =>
      perform(async (context) => (await import('../commands/backup.ts')).backup(context, names, options)),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast backup shop-db\n  holdfast backup --all --json\n\nOne failing source does not stop the others; exit code 3 says that some failed.',
    );

  program
    .command('snapshots')
    .description('what there is to go back to, newest first')
    .argument('[name]', 'only those of this source')
    .action((name: string | undefined) =>
      perform(async (context) =>
        (await import('../commands/snapshots-list.ts')).listSnapshots(context, name),
      ),
    )
    .addHelpText('after', '\nExamples:\n  holdfast snapshots\n  holdfast snapshots shop-db');

  program
    .command('points')
    .description('the recovery points of environments: what was taken together, newest first')
    .argument('[environment]', 'only those of this one')
    .action((environment: string | undefined) =>
      perform(async (context) =>
        (await import('../commands/points-list.ts')).listPoints(context, environment),
      ),
    )
    .addHelpText('after', '\nExamples:\n  holdfast points\n  holdfast points shop --json');

  const snapshot = program.command('snapshot').description('show, look into, confirm or delete one snapshot');
  snapshot
    .command('show')
    .description('everything that is known of it')
    .argument('<id>', 'its id or that of its restic snapshot, or the beginning of either')
    .action((id: string) =>
      perform(async (context) => (await import('../commands/snapshot-show.ts')).showSnapshot(context, id)),
    )
    .addHelpText('after', '\nExample:\n  holdfast snapshot show 4bba301e');
  snapshot
    .command('ls')
    .description('what lies in it: the files of one folder, or the dumps of databases')
    .argument('<id>', 'its id or that of its restic snapshot, or the beginning of either')
    .argument('[path]', 'the folder in it', '/')
    .action((id: string, path: string) =>
      perform(async (context) =>
        (await import('../commands/snapshot-list-entries.ts')).listEntries(context, id, path),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast snapshot ls 4bba301e\n  holdfast snapshot ls 4bba301e /photos --json',
    );
  snapshot
    .command('get')
    .description('a file or dump of it as it was, or a folder as a tar archive')
    .argument('<id>', 'its id or that of its restic snapshot, or the beginning of either')
    .argument('<path>', 'the file, dump or folder in it, as ls shows it')
    .option('--to <file>', 'a new file; standard output otherwise')
    .action((id: string, path: string, options: GetOptions) =>
      perform(async (context) =>
        (await import('../commands/snapshot-get.ts')).getEntry(context, id, path, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast snapshot get 4bba301e /notes.txt --to notes.txt\n  holdfast snapshot get 4bba301e /photos | tar -x',
    );
  snapshot
    .command('confirm')
    .description('say that a suspicious one is as it should be, so that retention goes on')
    .argument('<id>', 'its id or that of its restic snapshot, or the beginning of either')
    .action((id: string) =>
      perform(async (context) =>
        (await import('../commands/snapshot-confirm.ts')).confirmSnapshot(context, id),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast snapshot confirm 4bba301e');
  snapshot
    .command('delete')
    .description('delete it for good')
    .argument('<id>', 'its id or that of its restic snapshot, or the beginning of either')
    .option('--yes', 'do not ask')
    .option('--force', 'even if it is the last good snapshot of its source')
    .action((id: string, options: DeleteSnapshotOptions) =>
      perform(async (context) =>
        (await import('../commands/snapshot-delete.ts')).deleteSnapshot(context, id, options),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast snapshot delete 4bba301e');

  program
    .command('restore')
    .description('put a source or a whole environment back; asks for its name first')
    .argument('<name>', 'the source or environment; where both have the name, the source is meant')
    .argument(
      '[snapshot]',
      'an id of a snapshot or recovery point, the beginning of one, or latest',
      'latest',
    )
    .option(
      '--as <new-name>',
      'restore beside it, under this name (or path); replaces nothing and does not ask',
    )
    .option(
      '--in-place',
      'remove what is there first; without it, what is there is kept until the end and beyond',
    )
    .option('--part <database>', 'only this database of several')
    .option(
      '--path <path>',
      'only this file or folder of the snapshot, as snapshot ls shows it; all else stays (may be repeated)',
      (path: string, paths: readonly string[] | undefined) => [...(paths ?? []), path],
    )
    .option('--environment', 'the environment of this name is meant')
    .option('--preflight', 'of an environment: only say what would be done, and what stands in the way')
    .option('--partial', 'of an environment: go on although members are missing in the recovery point')
    .option('--no-safety-snapshot', 'of an environment: do not back up first what is there')
    .option('--yes', 'do not ask')
    .action((name: string, reference: string, options: RestoreOptions) =>
      perform(async (context) =>
        (await import('../commands/restore.ts')).restore(context, name, reference, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast restore shop-db                        the newest good snapshot\n  holdfast restore shop-db 4bba301e --yes         an older one, in a script\n  holdfast restore shop-db --as shop_check        beside the original, to look at it\n  holdfast restore shop-db latest --part orders   one database of several\n  holdfast restore uploads --path /a.jpg          one file of a folder or volume; all else stays\n  holdfast restore shop --preflight               a whole environment: what would be done\n  holdfast restore shop                           do it, to the newest recovery point',
    );

  program
    .command('drill')
    .description('prove a snapshot: restore it where it harms nobody, and compare')
    .argument('<name>', 'the source, or an environment')
    .argument('[snapshot]', 'an id, the beginning of one, or latest', 'latest')
    .option('--detach', 'do not wait (needs a running server)')
    .action((name: string, reference: string, options: DrillOptions) =>
      perform(async (context) =>
        (await import('../commands/drill.ts')).drill(context, name, reference, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast drill shop-db             the newest good snapshot\n  holdfast drill shop-db 4bba301e    an older one\n  holdfast drill shop                everything of the environment that can be drilled\n\nYour data is not touched: the restore goes into a throwaway container or folder.',
    );
}
