import type { Command } from 'commander';
import type { ServeCommandOptions } from '../commands/serve.ts';
import type { Perform } from '../perform.ts';

export function addMaintenanceCommands(program: Command, perform: Perform): void {
  const retention = program.command('retention').description('which snapshots are kept, and why');
  retention
    .command('preview')
    .description('what would be removed; changes nothing')
    .argument('[name]', 'only for this source')
    .action((name: string | undefined) =>
      perform(async (context) =>
        (await import('../commands/maintenance.ts')).previewRetention(context, name),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast retention preview shop-db');
  retention
    .command('run')
    .description('remove it now (every backup does it by itself)')
    .action(() =>
      perform(async (context) => (await import('../commands/maintenance.ts')).runRetention(context)),
    );

  program
    .command('prune')
    .description('free the space of removed snapshots')
    .action(() => perform(async (context) => (await import('../commands/maintenance.ts')).prune(context)));

  program
    .command('check')
    .description('look for damage in the repositories')
    .action(() => perform(async (context) => (await import('../commands/maintenance.ts')).check(context)));

  program
    .command('doctor')
    .description('what is installed, reachable or missing, and how to mend it')
    .action(() => perform(async (context) => (await import('../commands/doctor.ts')).doctor(context)))
    .addHelpText('after', '\nExample:\n  holdfast doctor');

  program
    .command('serve')
    .description('run the server: schedule, API')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'port to listen on')
    .action((options: ServeCommandOptions) =>
      perform(async (context) => (await import('../commands/serve.ts')).serve(context, options)),
    )
    .addHelpText('after', '\nExample:\n  holdfast serve --port 7420 --data-dir /var/lib/holdfast');
}
