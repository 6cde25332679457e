import type { Command } from 'commander';
import type { PlanOptions } from '../commands/plan-options.ts';
import type { PreviewPlanOptions } from '../commands/plans-preview.ts';
import type { RunPlanOptions } from '../commands/plans-run.ts';
import type { Perform } from '../perform.ts';

export function addPlanCommands(program: Command, perform: Perform): void {
  const list = () =>
    perform(async (context) => (await import('../commands/plans-list.ts')).listPlans(context));
  const plans = program
    .command('plans')
    .description('which sources are backed up when, where to, and for how long')
    .action(list)
    .addHelpText('after', '\nExamples:\n  holdfast plans\n  holdfast plans add --help');
  plans.command('list').description('the same').action(list);

  withPlanOptions(plans.command('add').description('make a plan').argument('<name>', 'what to call it'))
    .action((name: string, options: PlanOptions) =>
      perform(async (context) => (await import('../commands/plans-save.ts')).addPlan(context, name, options)),
    )
    .addHelpText('after', addExamples);

  withPlanOptions(
    plans.command('edit').description('change what is given; the rest stays').argument('<name>'),
  )
    .option('--rename <name>', 'another name')
    .action((name: string, options: PlanOptions) =>
      perform(async (context) =>
        (await import('../commands/plans-save.ts')).editPlan(context, name, options),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast plans edit default --at 03:30 --time-zone Europe/Berlin');

  plans
    .command('remove')
    .description('remove a plan; snapshots stay, and what it caught goes to the default plan')
    .argument('<name>')
    .action((name: string) =>
      perform(async (context) => (await import('../commands/plans-change.ts')).removePlan(context, name)),
    );

  withPlanOptions(
    plans
      .command('preview')
      .description('when a plan runs next and what it catches; with options, as it would with them')
      .argument('[name]', 'an existing plan'),
  )
    .option('--count <number>', 'how many runs')
    .action((name: string | undefined, options: PreviewPlanOptions) =>
      perform(async (context) =>
        (await import('../commands/plans-preview.ts')).previewPlan(context, name, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast plans preview default\n  holdfast plans preview --cron "30 2 * * 1-5" --time-zone Europe/Berlin --source "shop-*"',
    );

  plans
    .command('run')
    .description('back up what it catches, now')
    .argument('<name>')
    .option('--detach', 'do not wait; needs a running server')
    .action((name: string, options: RunPlanOptions) =>
      perform(async (context) => (await import('../commands/plans-run.ts')).runPlan(context, name, options)),
    );

  for (const [verb, enabled, description] of [
    ['pause', false, 'start no further runs; what it catches stays with it'],
    ['resume', true, 'go on; what was due meanwhile is not made up for'],
  ] as const) {
    plans
      .command(verb)
      .description(description)
      .argument('<name>')
      .action((name: string) =>
        perform(async (context) =>
          (await import('../commands/plans-change.ts')).enablePlan(context, name, enabled),
        ),
      );
  }
}

function withPlanOptions(command: Command): Command {
  return command
    .option('--everything', 'catch all sources')
    .option('--source <glob>', 'catch sources of this name; repeat for more', collect)
    .option('--environment <glob>', 'catch all of this environment; repeat for more', collect)
    .option('--kind <kind>', 'catch sources of this kind; repeat for more', collect)
    .option('--exclude-source <glob>', 'but not these; repeat for more', collect)
    .option('--exclude-environment <glob>', 'but not these; repeat for more', collect)
    .option('--exclude-kind <kind>', 'but not these; repeat for more', collect)
    .option(
      '--every <preset>',
      '15-minutes, 30-minutes, hour, 6-hours, 12-hours, day, or a weekday such as monday',
    )
    .option('--at <time>', 'of the day (02:30), or the minute of the hour (:30)')
    .option('--cron <expression>', 'five fields instead: minute, hour, day, month, weekday')
    .option('--time-zone <zone>', 'IANA, such as Europe/Berlin')
    .option('--destination <name>', 'where to; repeat for more (default: the default destination)', collect)
    .option('--jitter <seconds>', 'put runs off by up to so much')
    .option('--keep-hours <number>', 'keep everything that is younger')
    .option('--keep-daily <number>', 'keep the last of so many days')
    .option('--keep-weekly <number>', 'keep the last of so many weeks')
    .option('--keep-monthly <number>', 'keep the last of so many months')
    .option('--consistency <mode>', 'live, pause or stop containers while files are read; or default');
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

const addExamples = `
Examples:
  holdfast plans add nightly --environment "shop*" --every day --at 02:30 --time-zone Europe/Berlin
  holdfast plans add databases --kind postgres --kind mysql --every hour --destination offsite
  holdfast plans add labelled --every 6-hours       catches what carries the label holdfast.plan=labelled`;
