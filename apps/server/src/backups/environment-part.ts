import { type EnvironmentMember, environmentMemberSchema } from '@holdfast/contracts';
import { consistencies } from '@holdfast/sources';
import { z } from 'zod';
import type { RecoveryPointsService } from '../recovery-points/recovery-points.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import { expectedMembers } from './pass.rules.ts';

/** What the backup of a definition is told of the pass that it belongs to. */
const takenEnvironmentSchema = z.object({
  members: z.array(environmentMemberSchema),
  /** Whether this makes a recovery point: not where the pass was over some of the members only, or took none. */
  point: z.boolean(),
});
export type TakenEnvironment = z.infer<typeof takenEnvironmentSchema>;

export const partParamsSchema = z.object({
  sourceId: z.string(),
  sourceKind: z.string(),
  destinationId: z.string(),
  /** Of the plan: what happens to containers where no label says otherwise. */
  consistency: z.enum(consistencies).optional(),
  /** Of the definition of an environment. */
  environment: takenEnvironmentSchema.optional(),
});

/** What became of the sources of a pass so far. */
export interface PassOutcome {
  /** Snapshots by source. */
  readonly taken: Map<string, string>;
  /** Reasons by source. */
  readonly errors: Map<string, string>;
  /** Sources that another pass took at the same time, and this one did not take again. */
  readonly borrowed: Set<string>;
}

export interface PointParts {
  readonly sources: SourcesService;
  readonly snapshots: SnapshotsService;
  readonly repositories: RepositoriesService;
  readonly recoveryPoints: RecoveryPointsService;
}

/** Once everything else of the environment was taken, or failed. */
export async function takenEnvironment(
  definition: StoredSource,
  destinationId: string,
  { taken, errors, borrowed }: PassOutcome,
  parts: PointParts,
): Promise<TakenEnvironment> {
  const expected = expectedMembers(definition, await parts.sources.all());
  const known = expected.filter(({ id, protected: guarded }) => !guarded || taken.has(id) || errors.has(id));
  const members = await Promise.all(
    known.map(async (source): Promise<EnvironmentMember> => {
      const member = { sourceId: source.id, source: source.name, kind: source.kind };
      const snapshotId = taken.get(source.id);
      if (snapshotId === undefined) {
        return { ...member, error: errors.get(source.id) ?? source.reason ?? 'It is not protected.' };
      }
      const { manifestResticId } = await parts.snapshots.get(snapshotId);
      const { path: repository } = await parts.repositories.forSource(source, destinationId);
      return { ...member, snapshotId, manifestResticId, repository };
    }),
  );
  const ids = members.flatMap(({ snapshotId }) => snapshotId ?? []);
  const theirs =
    members.some(({ sourceId }) => borrowed.has(sourceId)) && (await parts.recoveryPoints.hold(ids));
  return { members, point: ids.length > 0 && known.length === expected.length && !theirs };
}

/** Records the point that a pass took of an environment, whether or not its definition could be stored. */
export async function recordPoint(
  { snapshots, recoveryPoints }: PointParts,
  { members, point }: TakenEnvironment,
  definition: {
    readonly source: StoredSource;
    readonly destinationId: string;
    /** The pass. */
    readonly operationId: string;
    readonly snapshotId?: string;
    readonly error?: string;
  },
): Promise<void> {
  if (!point) return;
  const { source, destinationId, operationId, snapshotId, error } = definition;
  const ids = members.flatMap((member) => member.snapshotId ?? []);
  const times = (await Promise.all(ids.map((id) => snapshots.get(id)))).map(({ time }) => time);
  await recoveryPoints.record({
    environment: source.environment,
    destinationId,
    operationId,
    time: times.toSorted()[0] ?? '',
    members: members.map((member) => ({ ...member, sourceName: member.source })),
    definition: { sourceId: source.id, sourceName: source.name, kind: source.kind, snapshotId, error },
  });
}
