import {
  type RestorePreflight,
  type RestoreResult,
  restoreModes,
  restoreResultSchema,
  type StartRestore,
  type StartRestorePreflight,
} from '@holdfast/contracts';
import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Engine } from '@holdfast/engine';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { Exchange, ServiceKeeper } from '@holdfast/sources';
import type { JobControl, Worker } from '@holdfast/worker';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { NewOperation, OperationHandler, StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RecoveryPointsService } from '../recovery-points/recovery-points.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import { outermostPaths } from '../snapshot-entries/paths.rules.ts';
import type { SnapshotEntriesService } from '../snapshot-entries/snapshot-entries.service.ts';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import { cleanUpSource } from '../sources/clean-up-source.ts';
import type { StoredSource } from '../sources/source.ts';
import { sourceIdentity } from '../sources/source-identity.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { RestoreJournals } from './restore-journal.ts';
import { preflightRestore } from './restore-preflight.ts';

const paramsSchema = z.object({
  snapshotId: z.string(),
  mode: z.enum(restoreModes),
  newName: z.string().optional(),
  part: z.string().optional(),
  paths: z.array(z.string()).optional(),
});

export interface RestoresParts {
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly repositories: RepositoriesService;
  readonly snapshots: SnapshotsService;
  readonly snapshotEntries: SnapshotEntriesService;
  readonly recoveryPoints: RecoveryPointsService;
  readonly operations: OperationsService;
  readonly journals: RestoreJournals;
  readonly engine: Engine;
  readonly docker: DockerHost;
  readonly services: ServiceKeeper;
  readonly worker: Worker;
  readonly dataPath: DataPathPolicy;
  readonly clock: Clock;
}

/** Puts a snapshot back into its source, or beside it. Only ever started by a person. */
export class RestoresService {
  readonly #parts: RestoresParts;

  constructor(parts: RestoresParts) {
    this.#parts = parts;
  }

  /**
   * @throws HoldfastError `confirmation-required` unless the source's name was typed, `not-found`, `ambiguous`,
   *   `invalid-input`; then nothing is stored
   */
  async start(request: StartRestore): Promise<StoredOperation> {
    const { sources, operations } = this.#parts;
    await sources.discover();
    const source = await sources.find(request.source);
    const snapshot = await this.#snapshotFor(source, request.snapshot);
    this.#refuseWrongForm(request, source);
    if (request.confirmation !== source.name) {
      throw new HoldfastError(
        'confirmation-required',
        `To restore ${source.name}, its name has to be typed as the confirmation.`,
      );
    }
    const { mode, newName, part } = request;
    const paths = request.paths === undefined ? undefined : outermostPaths(request.paths);
    if (paths !== undefined) await this.#parts.snapshotEntries.requireAll(snapshot, paths);
    return operations.create(await this.part(source, snapshot, { mode, newName, part, paths }));
  }

  /** @throws HoldfastError `not-found`, `ambiguous` */
  async preflight(request: StartRestorePreflight, signal: AbortSignal): Promise<RestorePreflight> {
    const { sources } = this.#parts;
    await sources.discover();
    const source = await sources.find(request.source);
    return preflightRestore(this.#parts, source, await this.#snapshotFor(source, request.snapshot), signal);
  }

  /** A snapshot by its own id or `latest`, or by the id of the recovery point that it belongs to. */
  async #snapshotFor(source: StoredSource, reference: string): Promise<StoredSnapshot> {
    const { snapshots, recoveryPoints } = this.#parts;
    try {
      return await snapshots.resolve(source, reference);
    } catch (error) {
      if (asHoldfastError(error).code !== 'not-found') throw error;
      const point = await recoveryPoints.get(reference).catch(() => undefined);
      if (point === undefined) throw error;
      const member = point.members.find(({ sourceId }) => sourceId === source.id);
      if (member?.snapshotId !== undefined) return snapshots.get(member.snapshotId, source);
      const why = member?.error === undefined ? '' : ` ${member.error}`;
      throw new HoldfastError(
        'not-found',
        `The recovery point ${point.id} of ${point.environment} holds no snapshot of ${source.name}.${why}`,
      );
    }
  }

  /** The restore of one source, to be stored by itself or as a part of a pass. */
  async part(
    source: StoredSource,
    snapshot: StoredSnapshot,
    how: Omit<z.infer<typeof paramsSchema>, 'snapshotId'>,
  ): Promise<NewOperation> {
    const destination = await this.#parts.destinations.get(snapshot.destinationId);
    return {
      kind: 'restore',
      role: 'part',
      source: { id: source.id, name: source.name },
      destination: { id: destination.id, name: destination.name },
      repository: { id: snapshot.repositoryId, use: 'shared' },
      params: { ...how, snapshotId: snapshot.id } satisfies z.infer<typeof paramsSchema>,
    };
  }

  #refuseWrongForm({ mode, newName, part, paths }: StartRestore, source: StoredSource): void {
    const { traits } = this.#parts.sources.kindOf(source);
    const problem =
      mode === 'beside' && newName === undefined
        ? 'A restore beside the original needs a new name.'
        : mode !== 'beside' && newName !== undefined
          ? 'A new name belongs to a restore beside the original only.'
          : mode === 'beside' && !traits.restoreBeside
            ? `A source of kind ${source.kind} cannot be restored beside the original.`
            : mode === 'in-place' && !traits.restoreInPlace
              ? `A source of kind ${source.kind} cannot be restored in place.`
              : paths !== undefined && !traits.restorePaths
                ? `A source of kind ${source.kind} holds no files of which some could be restored.`
                : paths !== undefined && part !== undefined
                  ? 'Either a part of the snapshot is restored, or some of its paths.'
                  : undefined;
    if (problem !== undefined) throw new HoldfastError('invalid-input', problem);
  }

  /**
   * Brings the source of a restore that died into order; nothing when the operation is no restore. A container that was
   * stopped for it must not start on half of its files.
   */
  async takeBack(operationId: string): Promise<void> {
    const { operations, sources, repositories } = this.#parts;
    const operation = await operations.stored(operationId);
    if (operation.kind !== 'restore' || operation.repository === undefined) return;
    await this.cleanUp(
      await sources.get((await repositories.get(operation.repository.id)).sourceId),
      operationId,
    );
  }

  readonly handler: OperationHandler = {
    run: async (operation, context) => {
      const journal = this.#parts.journals.begin(operation.id);
      const willExchange = (exchange: Exchange) => journal.write({ type: 'exchanging', ...exchange });
      const params = paramsSchema.parse(operation.params);
      const { reporter, signal } = context;
      return { ...(await this.perform(operation.id, params, { reporter, signal, willExchange })) };
    },
    cleanUp: async (operation) => {
      const { repositories, engine, sources, worker } = this.#parts;
      await worker.purge(operation.id);
      const stored = await repositories.get(operation.repository?.id ?? '');
      await engine.unlock(await repositories.open(stored));
      await this.cleanUp(await sources.get(stored.sourceId), operation.id);
    },
  };

  /** What a restore was about to put in place of what. Undefined when it had not come so far: it exchanged nothing. */
  async announced(operationId: string): Promise<Exchange | undefined> {
    const { entries } = await this.#parts.journals.open(operationId);
    return entries.find((entry) => entry.type === 'exchanging');
  }

  /** Ends what a dead operation left in a source. */
  async cleanUp(source: StoredSource, operationId: string): Promise<void> {
    const { sources, docker, worker, dataPath } = this.#parts;
    await cleanUpSource(source, operationId, { sources, docker, worker, dataPath });
  }

  /**
   * Puts a snapshot back now, within the operation of that id.
   * @throws HoldfastError of the source or the engine
   */
  async perform(
    operationId: string,
    params: z.infer<typeof paramsSchema>,
    control: JobControl,
  ): Promise<RestoreResult> {
    const { sources, snapshots, repositories, engine, docker, services, worker, dataPath, clock } =
      this.#parts;
    const snapshot = await snapshots.get(params.snapshotId);
    const source = await sources.get(snapshot.sourceId);
    const stored = await repositories.get(snapshot.repositoryId);
    const begun = clock.monotonic();
    const report = await worker.restore(
      {
        operationId,
        source: sourceIdentity(source),
        locator: source.locator,
        secrets: await sources.secretsOf(source),
        repository: await repositories.open(stored),
        dataPath,
        manifestResticId: snapshot.manifestResticId,
        mode: params.mode,
        newName: params.newName,
        part: params.part,
        paths: params.paths,
      },
      { engine, kind: sources.kindOf(source), docker, services, now: () => clock.now() },
      control,
    );
    for (const warning of report.warnings) control.reporter.log('warn', warning);
    return restoreResultSchema.parse({
      snapshotId: snapshot.id,
      snapshotTime: snapshot.time,
      durationMs: Math.round(clock.monotonic() - begun),
      ...report,
    });
  }
}
