import type { Command } from 'commander';
import type { ApplyOptions } from '../commands/configuration-apply.ts';
import type { DiffOptions } from '../commands/configuration-diff.ts';
import type { ExportOptions } from '../commands/configuration-export.ts';
import type { Perform } from '../perform.ts';

export function addConfigurationCommands(program: Command, perform: Perform): void {
  program
    .command('export')
    .description('print what is configured as a YAML document, without secrets')
    .option('--schema', 'print the JSON Schema of such documents instead, for editors')
    .action((options: ExportOptions) =>
      perform(async (context) =>
        (await import('../commands/configuration-export.ts')).exportConfiguration(context, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast export > holdfast.yaml\n  holdfast export --schema > holdfast.schema.json',
    );

  withFile(
    program
      .command('diff')
      .description('show what applying a document would change; exits with 7 if anything'),
  )
    .action((options: DiffOptions) =>
      perform(async (context) =>
        (await import('../commands/configuration-diff.ts')).diffConfiguration(context, options),
      ),
    )
    .addHelpText('after', '\nExample:\n  holdfast diff -f holdfast.yaml');

  withFile(
    program.command('apply').description('make what is configured as a document says, all of it or nothing'),
  )
    .option('--yes', 'do not ask')
    .option('--force', 'also when storage or a source cannot be reached now')
    .option('--dry-run', 'check and try everything, change nothing')
    .action((options: ApplyOptions) =>
      perform(async (context) =>
        (await import('../commands/configuration-apply.ts')).applyConfiguration(context, options),
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast apply -f holdfast.yaml\n  holdfast apply -f - --yes < holdfast.yaml',
    );
}

function withFile(command: Command): Command {
  return command
    .requiredOption('-f, --file <file>', 'the document; - for standard input')
    .option('--prune', 'also delete what the document does not name');
}
