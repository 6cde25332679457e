import type { Operation, OperationKind } from '@holdfast/contracts';
import { formatBytes, formatDuration } from '@holdfast/contracts/quantities';

/** What an operation is about: a source, several of them, or all. */
export function subjectOf({ source, environment, items, drills }: Operation): string {
  if (source !== undefined) return source;
  if (environment !== undefined) return environment;
  const names = [...new Set([...(items ?? []), ...(drills ?? [])].map((item) => item.source))];
  if (names.length === 0) return 'everything';
  return names.length <= 2 ? names.join(', ') : `${names[0]} and ${names.length - 1} more`;
}

export function hasEnded({ state }: Operation): boolean {
  return state !== 'queued' && state !== 'running';
}

/** How long it took, or takes until now. */
export function durationOf({ startedAt, finishedAt }: Operation, now: number): string | undefined {
  if (startedAt === undefined) return undefined;
  return formatDuration((finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** `12 MiB of 1.2 GiB, 30 MiB a second, 40 s left`, as far as it is known. */
export function progressWords({ progress }: Operation): string | undefined {
  if (progress === undefined) return undefined;
  const { bytesDone, bytesTotal, bytesPerSecond } = progress;
  const words = [
    bytesTotal === undefined
      ? formatBytes(bytesDone)
      : `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`,
  ];
  if (bytesPerSecond !== undefined && bytesPerSecond > 0) {
    words.push(`${formatBytes(bytesPerSecond)} a second`);
    if (bytesTotal !== undefined && bytesTotal > bytesDone) {
      words.push(`${formatDuration(((bytesTotal - bytesDone) / bytesPerSecond) * 1000)} left`);
    }
  }
  return words.join(', ');
}

export function kindWords(kind: OperationKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' ');
}
