import type { SourceIdentity } from './job.ts';

/**
 * The tags of every restic snapshot. restic separates tags with commas, so a name with one in it (no source can
 * have one, but a container's name comes from elsewhere) is written without.
 */
export function snapshotTags(
  role: 'part' | 'manifest',
  ids: { source: SourceIdentity; snapshotId: string; operationId: string },
): string[] {
  return [
    (ids.source.container ?? ids.source.name).replaceAll(/[,\s]/g, '_'),
    'holdfast',
    `source:${ids.source.id}`,
    `snapshot:${ids.snapshotId}`,
    operationTag(ids.operationId),
    role,
  ];
}

/** Everything that one operation wrote carries it: the clean-up after a dead one finds it by this. */
export function operationTag(operationId: string): string {
  return `operation:${operationId}`;
}
