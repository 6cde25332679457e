import { type ExitCode, exitCodes } from '@holdfast/contracts';
import { formatAge, formatBytes, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { markup } from '../output/markup.ts';
import { shortResticId } from '../output/short-id.ts';
import { confirmByTyping } from '../prompts/confirm-by-typing.ts';

export interface DeleteSnapshotOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** Deletes one snapshot for good, after the person typed the name of its source. */
export async function deleteSnapshot(
  context: CommandContext,
  id: string,
  options: DeleteSnapshotOptions,
): Promise<ExitCode> {
  const { output } = context;
  const client = await context.client();
  const snapshot = await client.snapshot(id);
  if (options.yes !== true) {
    const when = `${formatInstant(snapshot.time)} (${formatAge(snapshot.time, Date.now())})`;
    output.note(
      markup`This deletes snapshot ${shortResticId(snapshot.resticId)} of ${snapshot.source}, taken ${when}, ${formatBytes(snapshot.bytes)}, at ${snapshot.destination}. It cannot be brought back.`,
    );
    await confirmByTyping(context, snapshot.source);
  }
  await client.deleteSnapshot(snapshot.id, { force: options.force ?? false });
  if (output.json) output.document({ deleted: snapshot.id });
  else output.line(markup`Deleted ${shortResticId(snapshot.resticId)}. The next prune frees its space.`);
  return exitCodes.ok;
}
