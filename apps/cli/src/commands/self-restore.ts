import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ExitCode, exitCodes } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';
import { followOperation } from '../progress/follow-operation.ts';
import { confirmByTyping } from '../prompts/confirm-by-typing.ts';
import { exitCodeOfOperation } from './operations.ts';

export interface SelfRestoreOptions {
  readonly restoreFile: string;
  readonly nonInteractive?: boolean;
}

/** Replaces Holdfast's own database by what a file holds, and waits until it runs on that. */
export async function selfRestore(context: CommandContext, options: SelfRestoreOptions): Promise<ExitCode> {
  const { output } = context;
  const file = path.resolve(options.restoreFile);
  if (options.nonInteractive !== true) {
    output.warn(
      `This replaces Holdfast's own database by the state in ${file}. People have to sign in again.`,
    );
    await confirmByTyping(context, 'main');
  }
  const client = await context.client();
  const uri = pathToFileURL(file).href;
  const started = await client.restoreAdminSnapshot({ uri, confirmation: 'main' });
  const operation = await followOperation(context, started);
  const code = exitCodeOfOperation(operation);
  if (output.json) {
    const { id: operationId, state, result, error } = operation;
    output.document({ operationId, state, ...result, error });
  } else if (operation.error !== undefined) {
    printFailure(output, operation.error);
  } else if (code === exitCodes.ok) {
    output.line(markup`Holdfast runs on the state of ${asText(operation.result?.['createdAt'])}.`);
    output.line(markup`What was there before is kept as ${asText(operation.result?.['previous'])}.`);
  }
  return code;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
