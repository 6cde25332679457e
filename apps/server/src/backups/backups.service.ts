import type { StartBackup } from '@holdfast/contracts';
import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Engine } from '@holdfast/engine';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { Consistency, ServiceKeeper } from '@holdfast/sources';
import { type BackupOutcome, operationTag, type Worker } from '@holdfast/worker';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type {
  NewOperation,
  OperationContext,
  OperationHandler,
  StoredOperation,
} from '../operations/operation.ts';
import type { BackupResult } from '../operations/operation.view.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { StoredPlan } from '../plans/plan.ts';
import type { PlansService } from '../plans/plans.service.ts';
import type { RecoveryPointsService } from '../recovery-points/recovery-points.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { RetentionService } from '../retention/retention.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import { cleanUpSource } from '../sources/clean-up-source.ts';
import type { StoredSource } from '../sources/source.ts';
import { sourceIdentity } from '../sources/source-identity.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import { BackupPass } from './backup-pass.ts';
import { partParamsSchema, recordPoint } from './environment-part.ts';
import { type passParamsSchema, stageOf } from './pass.rules.ts';

export interface BackupsParts {
  readonly plans: PlansService;
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly repositories: RepositoriesService;
  readonly snapshots: SnapshotsService;
  readonly recoveryPoints: RecoveryPointsService;
  readonly retention: RetentionService;
  readonly operations: OperationsService;
  readonly engine: Engine;
  readonly docker: DockerHost;
  readonly services: ServiceKeeper;
  readonly worker: Worker;
  readonly dataPath: DataPathPolicy;
  readonly clock: Clock;
  readonly version: string;
}

/** Passes over sources, and the backup of one source as a part of a pass. */
export class BackupsService {
  readonly #parts: BackupsParts;
  readonly passHandler: OperationHandler;

  constructor(parts: BackupsParts) {
    this.#parts = parts;
    this.passHandler = new BackupPass(parts).handler;
  }

  /**
   * Stores a pass over the named sources and environments, or over everything that is protected.
   * @throws HoldfastError `not-found`, `ambiguous`, `invalid-input`; then nothing is stored
   */
  async start(request: StartBackup): Promise<StoredOperation> {
    const destination = await this.#parts.destinations.choose(request.destination);
    if (request.all && request.names.length === 0) {
      return this.#create({ destinationId: destination.id });
    }
    if (request.all || request.names.length === 0) {
      throw new HoldfastError('invalid-input', 'Give names of sources, or ask for all of them; not both.');
    }
    await this.#parts.sources.discover();
    const selected = await Promise.all(request.names.map((name) => this.#parts.sources.select(name)));
    const sourceIds = [...new Set(selected.flat().map((source) => source.id))];
    return this.#create({ sourceIds, destinationId: destination.id });
  }

  /** A pass over what a plan catches, now. @throws HoldfastError `not-found` */
  async startPlan(nameOrId: string): Promise<StoredOperation> {
    return this.#parts.operations.create(this.planPass(await this.#parts.plans.get(nameOrId)));
  }

  /** The pass of a plan; of one that came due at an instant, over what nobody has backed up since. */
  planPass({ id, destinationIds }: StoredPlan, due?: Date): NewOperation {
    const params: z.infer<typeof passParamsSchema> = {
      destinationIds: [...destinationIds],
      ...(due === undefined ? {} : { due: due.toISOString() }),
    };
    return { kind: 'backup', role: 'pass', planId: id, params };
  }

  /** A pass over what of an environment is there, as a part of another; undefined when nothing is. */
  async safetyPass(environment: string, destinationId: string): Promise<NewOperation | undefined> {
    const all = await this.#parts.sources.all();
    const members = all.filter((source) => source.environment === environment && source.protected);
    if (!members.some((source) => stageOf(this.#parts.sources.kindOf(source)) !== 'definitions'))
      return undefined;
    const sourceIds = members.map(({ id }) => id);
    const params: z.infer<typeof passParamsSchema> = { sourceIds, destinationId, withoutRetention: true };
    return { kind: 'backup', role: 'pass', params };
  }

  #create(params: z.infer<typeof passParamsSchema>): Promise<StoredOperation> {
    return this.#parts.operations.create({ kind: 'backup', role: 'pass', params });
  }

  readonly partHandler: OperationHandler = {
    run: (operation, context) => this.#backUp(operation, context),
    cleanUp: (operation) => this.#cleanUp(operation),
  };

  async #backUp(operation: StoredOperation, context: OperationContext): Promise<BackupResult> {
    const { sources, repositories, snapshots, engine, clock, docker, services, worker, dataPath, version } =
      this.#parts;
    const { sourceId, destinationId, environment, consistency } = partParamsSchema.parse(operation.params);
    const source = await sources.get(sourceId);
    await sources.attempted(source.id);
    if (!source.protected) {
      throw new HoldfastError(
        'source-not-protected',
        `${source.name}: ${source.reason ?? 'no reason is known'}`,
      );
    }
    const begun = clock.monotonic();
    const stored = await repositories.forSource(source, destinationId);
    context.reporter.step('opening the repository');
    const repository = await repositories.ensureInitialised(stored, context);
    const snapshotId = uuidv7();
    const job = {
      operationId: operation.id,
      snapshotId,
      version,
      repository,
      dataPath,
      source: sourceIdentity(source),
      locator: source.locator,
      secrets: await sources.secretsOf(source),
      ...(environment === undefined ? {} : { members: environment.members }),
      expectedBytes: (await snapshots.latest(source.id, destinationId))?.bytes,
    };
    const outcome = await worker
      .backup(
        job,
        {
          engine,
          kind: sources.kindOf(source),
          docker,
          services: withDefault(services, consistency),
          now: () => clock.now(),
        },
        { ...context, onLeftBehind: () => context.leftSomethingBehind() },
      )
      .catch((error: unknown) => {
        if (mayHaveLeftItsLock(error)) context.leftSomethingBehind();
        throw error;
      });
    const durationMs = Math.round(clock.monotonic() - begun);
    try {
      await this.#record(operation, source, stored.id, { snapshotId, durationMs, outcome }, context);
    } catch (error) {
      // A snapshot that is not recorded would never be counted, shown or removed.
      await this.#parts.snapshots.removed([snapshotId]).catch(() => {});
      await engine.forget(repository, allResticIds(outcome)).catch(() => context.leftSomethingBehind());
      throw error;
    }
    const { bytesRead, bytesAdded } = outcome;
    return { snapshotId, bytesRead, bytesAdded, durationMs, dataPath: outcome.dataPath };
  }

  async #record(
    operation: StoredOperation,
    source: StoredSource,
    repositoryId: string,
    made: { snapshotId: string; durationMs: number; outcome: BackupOutcome },
    { reporter }: OperationContext,
  ): Promise<void> {
    const { outcome, snapshotId, durationMs } = made;
    const { destinationId, environment } = partParamsSchema.parse(operation.params);
    const why = await this.#parts.snapshots.record({
      id: snapshotId,
      sourceId: source.id,
      sourceName: source.name,
      kind: source.kind,
      container: source.containerName,
      destinationId,
      repositoryId,
      operationId: operation.id,
      time: outcome.time.toISOString(),
      bytes: outcome.parts.reduce((sum, part) => sum + part.bytes, 0),
      bytesAdded: outcome.bytesAdded,
      durationMs,
      manifestResticId: outcome.manifestResticId,
      parts: outcome.parts,
      counts: outcome.manifest.counts,
    });
    await this.#parts.repositories.grew(repositoryId, outcome.bytesAdded);
    if (why !== undefined) {
      reporter.log('warn', `The snapshot is suspicious, and retention waits for a confirmation. ${why}`);
    }
    if (environment !== undefined) {
      const operationId = operation.parentId ?? operation.id;
      await recordPoint(this.#parts, environment, { source, destinationId, operationId, snapshotId });
    }
    await this.#parts.sources.succeeded(source.id);
  }

  /** Locks, parts of a snapshot that never became one, and sessions or copies in the source. */
  async #cleanUp(operation: StoredOperation): Promise<void> {
    const { repositories, snapshots, engine, sources, docker, worker, dataPath } = this.#parts;
    if (operation.repository === undefined) return;
    // What still writes there would undo what follows.
    await worker.purge(operation.id);
    const stored = await repositories.get(operation.repository.id);
    if (stored.initialised) {
      const repository = await repositories.open(stored);
      await engine.unlock(repository);
      const recorded = (await snapshots.of(stored.sourceId)).some((s) => s.operationId === operation.id);
      // Recorded means complete: the process died between the record and its own end.
      const tag = operationTag(operation.id);
      const left = recorded ? [] : await engine.snapshots(repository, { tag });
      if (left.length > 0)
        await engine.forget(
          repository,
          left.map((snapshot) => snapshot.id),
        );
    }
    const source = await sources.get(stored.sourceId);
    await cleanUpSource(source, operation.id, { sources, docker, worker, dataPath });
  }
}

/** The plan's choice in the place of the server's. */
function withDefault(services: ServiceKeeper, consistency: Consistency | undefined): ServiceKeeper {
  if (consistency === undefined) return services;
  return { defaultConsistency: consistency, hold: (request) => services.hold(request) };
}

/** A restic that was killed, or cut off from its storage, cannot take its lock away. */
function mayHaveLeftItsLock(error: unknown): boolean {
  const { code } = asHoldfastError(error);
  return code === 'engine-failed' || code === 'destination-unreachable' || code === 'destination-failed';
}

function allResticIds(outcome: BackupOutcome): string[] {
  return [...outcome.parts.map((part) => part.resticId), outcome.manifestResticId];
}
