import { asHoldfastError } from '@holdfast/runtime';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import { errorOfParts } from '../operations/failed-part.ts';
import type {
  NewOperation,
  OperationContext,
  OperationHandler,
  StoredOperation,
} from '../operations/operation.ts';
import { backupResultSchema } from '../operations/operation.view.ts';
import type { RetentionService } from '../retention/retention.service.ts';
import type { StoredSource } from '../sources/source.ts';
import {
  type PassOutcome,
  type PointParts,
  partParamsSchema,
  recordPoint,
  type TakenEnvironment,
  takenEnvironment,
} from './environment-part.ts';
import { passParamsSchema, repeatPass, type Stage, stageOf, stages } from './pass.rules.ts';

export interface PassParts extends PointParts {
  readonly destinations: DestinationsService;
  readonly retention: RetentionService;
}

/** A pass over sources: stage by stage, then the recovery points, then retention. */
export class BackupPass {
  readonly #parts: PassParts;

  constructor(parts: PassParts) {
    this.#parts = parts;
  }

  readonly handler: OperationHandler = {
    run: async (operation, context) => {
      const {
        sourceIds,
        destinationId,
        made = {},
        withoutRetention,
      } = passParamsSchema.parse(operation.params);
      const sources = await this.#sourcesOf(sourceIds, context);
      const outcome: PassOutcome = { taken: new Map(Object.entries(made)), errors: new Map() };
      const left = sources.filter(({ id }) => !outcome.taken.has(id));
      const ended: StoredOperation[] = [];
      for (const stage of stages) {
        const those = left.filter((source) => this.#stageOf(source) === stage);
        ended.push(...(await this.#runStage(stage, those, { destinationId, outcome, context })));
      }
      await this.#recordFailed(operation, ended, outcome);
      if (withoutRetention !== true) await this.#retain(sources, context);
      const error = errorOfParts(ended);
      if (error !== undefined) throw error;
      return { sources: ended.length };
    },
    repeat: (operation, parts) => repeatPass(operation, parts),
  };

  #stageOf(source: StoredSource): Stage {
    return stageOf(this.#parts.sources.kinds.get(source.kind));
  }

  async #sourcesOf(
    ids: readonly string[] | undefined,
    { reporter }: OperationContext,
  ): Promise<readonly StoredSource[]> {
    const { sources } = this.#parts;
    if (ids !== undefined) return Promise.all(ids.map((id) => sources.get(id)));
    reporter.step('looking for sources');
    const { warnings, unreachable } = await sources.discover();
    for (const warning of warnings) reporter.log('warn', warning);
    const all = await sources.all();
    const wanted = all.filter((source) => source.protected);
    for (const { name, reason, present } of all.filter((source) => !source.protected)) {
      if (present) reporter.log('info', `${name} is left out. ${reason ?? ''}`);
    }
    if (wanted.length === 0 && unreachable !== undefined) throw unreachable;
    return wanted;
  }

  async #runStage(
    stage: Stage,
    sources: readonly StoredSource[],
    pass: { destinationId: string; outcome: PassOutcome; context: OperationContext },
  ): Promise<readonly StoredOperation[]> {
    if (sources.length === 0) return [];
    const { context, outcome, destinationId } = pass;
    const parts = await Promise.all(
      sources.map(async (source) =>
        this.#part(
          source,
          destinationId,
          stage === 'definitions'
            ? await takenEnvironment(source, destinationId, outcome, this.#parts)
            : undefined,
        ),
      ),
    );
    context.reporter.step(`backing up ${stage}: ${parts.length}`);
    const ended = await context.runParts(parts);
    for (const { source, state, result, error } of ended) {
      if (source?.id === undefined) continue;
      if (state === 'succeeded') outcome.taken.set(source.id, backupResultSchema.parse(result).snapshotId);
      else outcome.errors.set(source.id, error?.detail ?? `It ended as ${state}.`);
    }
    return ended;
  }

  async #part(
    source: StoredSource,
    destinationId: string,
    environment: TakenEnvironment | undefined,
  ): Promise<NewOperation> {
    const destination = await this.#parts.destinations.get(destinationId);
    // A name that cannot be a folder has no repository; the part then fails with that reason.
    const repository = await this.#parts.repositories.forSource(source, destinationId).catch(() => undefined);
    return {
      kind: 'backup',
      role: 'part',
      source: { id: source.id, name: source.name },
      destination: { id: destination.id, name: destination.name },
      repository: repository === undefined ? undefined : { id: repository.id, use: 'shared' },
      params: {
        sourceId: source.id,
        sourceKind: source.kind,
        destinationId,
        ...(environment === undefined ? {} : { environment }),
      },
    };
  }

  /** Where the definition was stored, its part recorded the point in the same breath; elsewhere it is partial. */
  async #recordFailed(
    operation: StoredOperation,
    ended: readonly StoredOperation[],
    { errors }: PassOutcome,
  ): Promise<void> {
    for (const part of ended) {
      const { sourceId, destinationId, environment } = partParamsSchema.parse(part.params);
      const error = errors.get(sourceId);
      if (error === undefined || environment === undefined) continue;
      const source = await this.#parts.sources.get(sourceId);
      await recordPoint(this.#parts, environment, {
        source,
        destinationId,
        operationId: operation.id,
        error,
      });
    }
  }

  /** What cannot be removed today goes tomorrow: the backups themselves are done. */
  async #retain(sources: readonly StoredSource[], context: OperationContext): Promise<void> {
    const ids = sources.map((source) => source.id);
    try {
      const failure = errorOfParts(await this.#parts.retention.runParts(context, ids));
      if (failure !== undefined) throw failure;
    } catch (error) {
      context.signal.throwIfAborted();
      context.reporter.log('warn', `Retention failed. ${asHoldfastError(error).message}`);
    }
  }
}
