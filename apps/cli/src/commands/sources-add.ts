import path from 'node:path';
import { declareSourceSchema, type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { markup } from '../output/markup.ts';

export interface AddSourceOptions {
  readonly name?: string;
  readonly environment?: string;
}

/** Declares a source that discovery cannot find: a folder, or a SQLite file. */
export async function addSource(
  context: CommandContext,
  kind: string,
  file: string,
  options: AddSourceOptions,
): Promise<ExitCode> {
  // The server may run in another folder: a path is relative to where the person is.
  const declared = declareSourceSchema.safeParse({ kind, path: path.resolve(file), ...options });
  if (!declared.success) {
    const [issue] = declared.error.issues;
    throw new CommandError(
      'invalid-input',
      `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
      {
        hint: 'holdfast sources add --help shows the kinds and what a name may look like.',
      },
    );
  }
  const source = await (await context.client()).declareSource(declared.data);
  if (context.output.json) context.output.document(source);
  else context.output.line(markup`Added ${source.name}. Back it up with: holdfast backup ${source.name}`);
  return exitCodes.ok;
}
