import type { Snapshot, Source, StartRestore } from '@holdfast/contracts';
import { count, formatAge, formatBytes, formatInstant } from '@holdfast/contracts/quantities';
import { type Markup, markup, type Palette } from '../output/markup.ts';
import { shortResticId } from '../output/short-id.ts';

export interface RestoreIntent {
  readonly source: Source;
  readonly snapshot: Snapshot;
  readonly mode: StartRestore['mode'];
  readonly newName: string | undefined;
  readonly part: string | undefined;
  readonly paths: readonly string[] | undefined;
}

/** What a restore is about to replace, with what, and how; for a person who has to decide. */
export function explainRestore(intent: RestoreIntent, palette: Palette, now = Date.now()): Markup[] {
  const { source, snapshot, mode } = intent;
  const age = formatAge(snapshot.time, now);
  return [
    markup`${palette.bold('Replaces')}  ${whatIsReplaced(intent)}`,
    markup`${palette.bold('with')}      snapshot ${shortResticId(snapshot.resticId)} of ${formatInstant(snapshot.time)} (${age}), ${formatBytes(snapshot.bytes)}, from ${snapshot.destination}`,
    ...(snapshot.state === 'suspicious'
      ? [
          markup`${palette.yellow('Careful')}   this snapshot is suspicious: it is much smaller than the ones before it`,
        ]
      : []),
    mode === 'in-place' && intent.paths === undefined
      ? markup`${palette.red('In place')}  what ${source.name} holds now is removed first. If the restore then fails, it is gone.`
      : markup`${palette.bold('How')}       loaded beside what is there, checked, then swapped in; what is there now is kept beside it`,
  ];
}

function whatIsReplaced({ source, snapshot, part, paths }: RestoreIntent): string {
  const place =
    source.container !== undefined
      ? ` in the container ${source.container}`
      : source.path !== undefined
        ? ` at ${source.path}`
        : '';
  if (paths !== undefined) return `only ${paths.join(', ')} of ${source.name} (${source.kind}${place})`;
  if (part !== undefined) return `only ${part} of ${source.name} (${source.kind}${place})`;
  const parts =
    snapshot.parts.length > 1 ? `, ${count(snapshot.parts.length, 'part')}: ${names(snapshot)}` : '';
  return `${source.name} (${source.kind}${place})${parts}`;
}

function names(snapshot: Snapshot): string {
  return snapshot.parts.map((part) => part.path.replace(/^\//, '')).join(', ');
}
