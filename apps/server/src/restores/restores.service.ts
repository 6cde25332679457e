import { restoreModes, type StartRestore } from '@holdfast/contracts';
import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Engine } from '@holdfast/engine';
import { HoldfastError } from '@holdfast/runtime';
import type { ServiceKeeper } from '@holdfast/sources';
import { runRestore } from '@holdfast/worker';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { OperationContext, OperationHandler, StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import { cleanUpSource } from '../sources/clean-up-source.ts';
import type { StoredSource } from '../sources/source.ts';
import { sourceIdentity } from '../sources/source-identity.ts';
import type { SourcesService } from '../sources/sources.service.ts';

const paramsSchema = z.object({
  snapshotId: z.string(),
  mode: z.enum(restoreModes),
  newName: z.string().optional(),
  part: z.string().optional(),
});

export interface RestoresParts {
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly repositories: RepositoriesService;
  readonly snapshots: SnapshotsService;
  readonly operations: OperationsService;
  readonly engine: Engine;
  readonly docker: DockerHost;
  readonly services: ServiceKeeper;
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
    const { sources, snapshots, operations, destinations } = this.#parts;
    await sources.discover();
    const source = await sources.find(request.source);
    const snapshot = await snapshots.resolve(source, request.snapshot);
    this.#refuseWrongForm(request, source);
    if (request.confirmation !== source.name) {
      throw new HoldfastError(
        'confirmation-required',
        `To restore ${source.name}, its name has to be typed as the confirmation.`,
      );
    }
    const destination = await destinations.get(snapshot.destinationId);
    return operations.create({
      kind: 'restore',
      role: 'part',
      source: { id: source.id, name: source.name },
      destination: { id: destination.id, name: destination.name },
      repository: { id: snapshot.repositoryId, use: 'shared' },
      params: {
        snapshotId: snapshot.id,
        mode: request.mode,
        newName: request.newName,
        part: request.part,
      } satisfies z.infer<typeof paramsSchema>,
    });
  }

  #refuseWrongForm({ mode, newName }: StartRestore, source: StoredSource): void {
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
              : undefined;
    if (problem !== undefined) throw new HoldfastError('invalid-input', problem);
  }

  /**
   * Brings the source of a restore that died into order; nothing when the operation is no restore. A container that was
   * stopped for it must not start on half of its files.
   */
  async takeBack(operationId: string): Promise<void> {
    const { operations, sources, repositories, docker, dataPath } = this.#parts;
    const operation = await operations.stored(operationId);
    if (operation.kind !== 'restore' || operation.repository === undefined) return;
    const source = await sources.get((await repositories.get(operation.repository.id)).sourceId);
    await cleanUpSource(source, operationId, { kind: sources.kindOf(source), docker, dataPath });
  }

  readonly handler: OperationHandler = {
    run: (operation, context) => this.#restore(operation, context),
    cleanUp: async (operation) => {
      const { repositories, engine, sources, docker, dataPath } = this.#parts;
      const stored = await repositories.get(operation.repository?.id ?? '');
      await engine.unlock(await repositories.open(stored));
      const source = await sources.get(stored.sourceId);
      await cleanUpSource(source, operation.id, { kind: sources.kindOf(source), docker, dataPath });
    },
  };

  async #restore(operation: StoredOperation, context: OperationContext): Promise<Record<string, unknown>> {
    const { sources, snapshots, repositories, engine, docker, services, dataPath, clock } = this.#parts;
    const params = paramsSchema.parse(operation.params);
    const snapshot = await snapshots.get(params.snapshotId);
    const source = await sources.get(snapshot.sourceId);
    const stored = await repositories.get(snapshot.repositoryId);
    const begun = clock.monotonic();
    const report = await runRestore(
      {
        operationId: operation.id,
        source: sourceIdentity(source),
        locator: source.locator,
        repository: await repositories.open(stored),
        dataPath,
        manifestResticId: snapshot.manifestResticId,
        mode: params.mode,
        newName: params.newName,
        part: params.part,
      },
      { engine, kind: sources.kindOf(source), docker, services, now: () => clock.now() },
      context,
    );
    for (const warning of report.warnings) context.reporter.log('warn', warning);
    return {
      snapshotId: snapshot.id,
      snapshotTime: snapshot.time,
      durationMs: Math.round(clock.monotonic() - begun),
      ...report,
    };
  }
}
