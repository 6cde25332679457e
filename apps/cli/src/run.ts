import type { exitCodes } from '@holdfast/contracts';
import { CommanderError } from 'commander';
import type { GlobalOptions } from './execute.ts';
import type { Host } from './host.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command line (without the names of the interpreter and the program) and gives the exit code, one of
 * `exitCodes`. Never throws for what a person can do wrong. Only the parser is loaded until it is known which command runs.
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  let exitCode = 0;
  const program = createProgram(host, async (command) => {
    const { execute } = await import('./execute.ts');
    exitCode = await execute(host, program.opts<GlobalOptions>(), command);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help or the version was asked for; or it was shown because a command lacks its subcommand.
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return usage;
    const { reportUsageError } = await import('./usage-error.ts');
    return reportUsageError(host, error.message, argv.includes('--json'));
  }
}

/** `exitCodes.usage`; the catalogue is not loaded for it, so that help is quick. */
const usage = 2 satisfies typeof exitCodes.usage;
