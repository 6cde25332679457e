import { type ExitCode, exitCodes, type Snapshot } from '@holdfast/contracts';
import { count, formatAge, formatBytes, formatDuration, formatInstant } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { type Fragment, markup } from '../output/markup.ts';
import { shortResticId } from '../output/short-id.ts';

/** Everything that is known of one snapshot. */
export async function showSnapshot(context: CommandContext, id: string): Promise<ExitCode> {
  const { output } = context;
  const snapshot = await (await context.client()).snapshot(id);
  if (output.json) {
    output.document(snapshot);
    return exitCodes.ok;
  }
  output.table(
    [{ title: 'SNAPSHOT' }, { title: shortResticId(snapshot.resticId), wraps: true }],
    facts(snapshot),
  );
  output.line();
  output.table(
    [{ title: 'PART', wraps: true }, { title: 'RESTIC ID' }, { title: 'SIZE', align: 'right' }],
    snapshot.parts.map((part) => [part.path, shortResticId(part.resticId), formatBytes(part.bytes)]),
  );
  const counts = Object.entries(snapshot.counts);
  if (counts.length === 0) return exitCodes.ok;
  output.line();
  output.table(
    [
      { title: 'COUNTED', wraps: true },
      { title: 'NUMBER', align: 'right' },
    ],
    counts.map(([name, number]) => [name, number]),
  );
  return exitCodes.ok;
}

function facts(snapshot: Snapshot): Fragment[][] {
  const now = Date.now();
  return [
    ['id', snapshot.id],
    ['source', snapshot.source],
    ['kind', snapshot.kind],
    ...(snapshot.container === undefined ? [] : [['container', snapshot.container]]),
    ['time', `${formatInstant(snapshot.time)} (${formatAge(snapshot.time, now)})`],
    ['size', `${formatBytes(snapshot.bytes)} in ${count(snapshot.parts.length, 'part')}`],
    ['added', `${formatBytes(snapshot.bytesAdded)} in ${formatDuration(snapshot.durationMs)}`],
    ['destination', snapshot.destination],
    ['state', snapshot.state],
    ['proof', proof(snapshot, now)],
  ];
}

function proof({ proof }: Snapshot, now: number): Fragment {
  if (proof === undefined) return 'not yet restored';
  const compared = count(Object.keys(proof.compared).length, 'count');
  const hashed = proof.hashes === 0 ? '' : ` and ${count(proof.hashes, 'content hash')}`;
  return markup`restored ${formatAge(proof.time, now)} in ${formatDuration(proof.durationMs)}, ${compared}${hashed} equal`;
}
