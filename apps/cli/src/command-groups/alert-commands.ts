import type { Command } from 'commander';
import type { AlertsOptions } from '../commands/alerts.ts';
import type { AddChannelOptions } from '../commands/channels-add.ts';
import type { EditChannelOptions } from '../commands/channels-edit.ts';
import type { Perform } from '../perform.ts';

export function addAlertCommands(program: Command, perform: Perform): void {
  const alerts = program
    .command('alerts')
    .description('what wants a look: failed backups and drills, suspicious snapshots')
    .option('--all', 'those that are well again, too')
    .action((options: AlertsOptions) =>
      perform(async (context) => (await import('../commands/alerts.ts')).listAlerts(context, options)),
    )
    .addHelpText('after', '\nExamples:\n  holdfast alerts\n  holdfast alerts --all --json');
  alerts
    .command('acknowledge')
    .description('say that you know of it: no more reminders')
    .argument('<id>', 'of the alert, or the beginning of it')
    .action((id: string) =>
      perform(async (context) => (await import('../commands/alerts.ts')).acknowledgeAlert(context, id)),
    );
  addChannelCommands(program, perform);
}

function addChannelCommands(program: Command, perform: Perform): void {
  const list = () =>
    perform(async (context) => (await import('../commands/channels-list.ts')).listChannels(context));
  const channels = program
    .command('channels')
    .description('the ways by which alerts reach people')
    .action(list)
    .addHelpText('after', '\nExamples:\n  holdfast channels\n  holdfast channels add --help');
  channels.command('list').description('the same').action(list);

  withSelection(
    withSettings(
      channels
        .command('add')
        .description('add a way; try it with holdfast channels test')
        .argument('<name>', 'what to call it')
        .requiredOption('--kind <kind>', 'email, webhook, slack, discord or ntfy'),
    ),
  )
    .action((name: string, options: AddChannelOptions) =>
      perform(async (context) =>
        (await import('../commands/channels-add.ts')).addChannel(context, name, options),
      ),
    )
    .addHelpText('after', addExamples);

  withSelection(
    withSettings(
      channels.command('edit').description('change what is given, leave the rest').argument('<name>'),
    ),
  )
    .option('--enable', 'switch it on')
    .option('--disable', 'switch it off; what waits to be sent is given up')
    .action((name: string, options: EditChannelOptions) =>
      perform(async (context) =>
        (await import('../commands/channels-edit.ts')).editChannel(context, name, options),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast channels edit ops --min-severity critical');

  channels
    .command('test')
    .description('really send a message, and say what happened')
    .argument('<name>')
    .action((name: string) =>
      perform(async (context) => (await import('../commands/channels-test.ts')).testChannel(context, name)),
    );

  channels
    .command('remove')
    .description('forget it, and its secrets')
    .argument('<name>')
    .action((name: string) =>
      perform(async (context) =>
        (await import('../commands/channels-remove.ts')).removeChannel(context, name),
      ),
    );
}

function withSettings(command: Command): Command {
  return command
    .option('--set <key=value>', 'a setting that is no secret; repeat for more', collect)
    .option('--secret-stdin <key>', 'read this setting from standard input')
    .option('--secret-file <key=path>', 'read a setting from a file; repeat for more', collect)
    .option('--secret-env <key=variable>', 'read a setting from a variable; repeat for more', collect)
    .option('--secret-prompt <key>', 'ask for a setting without showing it; repeat for more', collect);
}

function withSelection(command: Command): Command {
  return command
    .option('--min-severity <severity>', 'info, warning or critical: this urgent and more')
    .option('--code <code>', 'only alerts of this code; repeat for more', collect)
    .option(
      '--environment <name>',
      'only what is about this environment, or about none; repeat for more',
      collect,
    )
    .option('--window <seconds>', 'how long to wait for more before a message is sent');
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

const addExamples = `
Examples:
  holdfast channels add ops --kind email --set host=mail.example.com --set from=holdfast@example.com \\
    --set to=ops@example.com --set username=holdfast --secret-prompt password
  holdfast channels add chat --kind slack --secret-prompt url
  holdfast channels add phone --kind ntfy --set server=https://ntfy.example.com --set topic=backups`;
