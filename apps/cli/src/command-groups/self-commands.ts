import type { Command } from 'commander';
import type { SelfRestoreOptions } from '../commands/self-restore.ts';
import type { Perform } from '../perform.ts';

export function addSelfCommands(program: Command, perform: Perform): void {
  const self = program.command('self').description("Holdfast's own database: back it up, put it back");
  /** `--dir` is `--data-dir` under the name that these commands have always had. */
  const useDirectory = ({ dir }: { dir?: string }) => {
    if (dir !== undefined) program.setOptionValue('dataDir', dir);
  };

  self
    .command('backup')
    .description('write it into one encrypted file in the folder backups of the data directory')
    .option('--dir <dir>', 'the data directory')
    .option('--non-interactive', 'never ask anything')
    .action((options: { dir?: string }) => {
      useDirectory(options);
      return perform(async (context) => (await import('../commands/self-backup.ts')).selfBackup(context));
    })
    .addHelpText('after', '\nExample:\n  holdfast self backup --dir /var/lib/holdfast');

  self
    .command('restore')
    .description('replace it by what a file holds; a running server starts again on it')
    .option('--dir <dir>', 'the data directory')
    .requiredOption('--restore-file <file>', 'what self backup wrote')
    .option('--non-interactive', 'do not ask for a confirmation')
    .action((options: SelfRestoreOptions & { dir?: string }) => {
      useDirectory(options);
      return perform(async (context) =>
        (await import('../commands/self-restore.ts')).selfRestore(context, options),
      );
    })
    .addHelpText(
      'after',
      '\nExample:\n  holdfast self restore --dir /var/lib/holdfast --restore-file holdfast-backup-20261127-013000.hfbackup',
    );
}
