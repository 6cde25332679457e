import { type Destination, type ExitCode, exitCodes } from '@holdfast/contracts';
import { formatAge, formatBytes } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { type Fragment, markup } from '../output/markup.ts';

/** Where backups are kept, and what the last probe of each said. */
export async function listDestinations(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const destinations = await (await context.client()).destinations();
  if (output.json) {
    output.document(destinations);
    return exitCodes.ok;
  }
  if (destinations.length === 0) {
    output.line(
      markup`There is no destination yet. Add one with: holdfast destinations add NAME --kind KIND`,
    );
    return exitCodes.ok;
  }
  const now = Date.now();
  output.table(
    [
      { title: 'NAME', wraps: true },
      { title: 'KIND' },
      { title: 'LOCATION', wraps: true },
      { title: 'SNAPSHOTS', align: 'right' },
      { title: 'STORED', align: 'right' },
      { title: 'LAST TEST', wraps: true },
    ],
    destinations.map((destination) => [
      destination.isDefault ? markup`${destination.name} (default)` : destination.name,
      destination.kind,
      destination.location,
      destination.snapshots,
      destination.bytesStored === undefined ? '' : formatBytes(destination.bytesStored),
      lastProbe(context, destination, now),
    ]),
  );
  return exitCodes.ok;
}

function lastProbe({ output }: CommandContext, { lastProbe }: Destination, now: number): Fragment {
  if (lastProbe === undefined) return 'never';
  const age = formatAge(lastProbe.time, now);
  if (lastProbe.ok) return markup`${output.palette.green('ok')} ${age}`;
  return markup`${output.palette.red(lastProbe.error?.code ?? 'failed')} ${age}`;
}
