import { type ExitCode, exitCodes, selfBackupResultSchema } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { printFailure } from '../output/failure.ts';
import { markup } from '../output/markup.ts';
import { followOperation } from '../progress/follow-operation.ts';
import { exitCodeOfOperation } from './operations.ts';

/** Writes Holdfast's own database into a file of the data directory. */
export async function selfBackup(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const client = await context.client();
  const started = await client.createAdminSnapshot({ database: 'main', destination: 'data-directory' });
  const operation = await followOperation(context, started);
  const code = exitCodeOfOperation(operation);
  const result = code === exitCodes.ok ? selfBackupResultSchema.parse(operation.result) : undefined;
  if (output.json) {
    output.document({ operationId: operation.id, state: operation.state, ...result, error: operation.error });
  } else if (result === undefined) {
    if (operation.error !== undefined) printFailure(output, operation.error);
  } else {
    output.line(markup`Wrote ${result.file ?? result.uri} (${formatBytes(result.bytes)}).`);
    output.line(
      markup`To restore it elsewhere, take the .env of the data directory along: the key is in it.`,
    );
  }
  return code;
}
