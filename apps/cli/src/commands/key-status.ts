import { type ExitCode, exitCodes, type KeyStatus } from '@holdfast/contracts';
import { formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import type { Output } from '../output/output.ts';

/** Which key it is, and whether somebody keeps it. */
export async function keyStatus(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const status = await (await context.client()).keyStatus();
  if (output.json) output.document(status);
  else printKeyStatus(output, status);
  return exitCodes.ok;
}

export function printKeyStatus(output: Output, status: KeyStatus): void {
  const { id, state, confirmed, created, repositories, rotation } = status;
  output.line(markup`key ${id}: ${state}, ${status.origin} ${formatInstant(created)}`);
  if (confirmed !== undefined) {
    output.line(markup`confirmed ${formatInstant(confirmed.at)} by ${confirmed.by}`);
  }
  const behind = repositories.filter((one) => one.state !== 'current');
  output.line(markup`repositories: ${repositories.length}, of which ${behind.length} still have older keys`);
  for (const { source, destination, state: held } of behind) {
    output.line(markup`  ${source} at ${destination}: ${held}`);
  }
  if (state === 'unconfirmed') output.note(markup`Next: holdfast key show-kit, then holdfast key confirm`);
  if (state === 'missing')
    output.note(markup`Next: enter the key of the recovery kit with holdfast key adopt`);
  if (rotation !== undefined) {
    output.note(markup`A rotation has not come to its end. Go on with it: holdfast key rotate`);
  }
}
