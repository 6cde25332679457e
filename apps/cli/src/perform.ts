import type { ExitCode } from '@holdfast/contracts';
import type { CommandContext } from './command-context.ts';

/** Runs the code of a command, which is loaded only then. */
export type Perform = (command: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;
