import { type Command, Option } from 'commander';
import type { OperationsOptions } from '../commands/operations.ts';
import type { Perform } from '../perform.ts';

export function addOperationCommands(program: Command, perform: Perform): void {
  program
    .command('operations')
    .description('what was done, and what is being done')
    .option('--follow <id>', 'show this operation until it ends')
    .addOption(new Option('--limit <number>', 'how many to list').default('20'))
    .action((options: OperationsOptions) =>
      perform(async (context) => (await import('../commands/operations.ts')).operations(context, options)),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast operations\n  holdfast operations --follow 019aab54-7c1e-7d2b-9d3f-0a1b2c3d4e5f',
    );

  program
    .command('cancel')
    .description('end a running operation; it cleans up after itself')
    .argument('<id>')
    .action((id: string) =>
      perform(async (context) => (await import('../commands/cancel.ts')).cancel(context, id)),
    )
    .addHelpText('after', '\nExample:\n  holdfast cancel 019aab54-7c1e-7d2b-9d3f-0a1b2c3d4e5f');
}
