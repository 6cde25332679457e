import type { ExitCode } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { reportProbe } from './probe-report.ts';

/** Writes, reads back, lists and deletes a small object at a destination, and says in words what is wrong. */
export async function testDestination(context: CommandContext, name: string): Promise<ExitCode> {
  const probe = await (await context.client()).probeDestination(name);
  if (context.output.json) context.output.document(probe);
  return reportProbe(context, probe);
}
