import { setImmediate } from 'node:timers/promises';
import type { DrillRecord, StartDrill } from '@holdfast/contracts';
import type { DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Engine } from '@holdfast/engine';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import {
  type DrillLimits,
  type DrillOutcome,
  type DrillPlaces,
  purgeDrills,
  runDrill,
} from '@holdfast/worker';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { AlertsService } from '../alerts/alerts.service.ts';
import { type Clock, instant } from '../clock.ts';
import { errorOfParts } from '../operations/failed-part.ts';
import type {
  NewOperation,
  OperationContext,
  OperationHandler,
  StoredOperation,
} from '../operations/operation.ts';
import { type DrillParams, type DrillResult, drillParamsSchema } from '../operations/operation.view.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { StoredSource } from '../sources/source.ts';
import { sourceIdentity } from '../sources/source-identity.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import { type DrillTarget, scheduledTargets } from './drill.rules.ts';
import type { DrillsStore } from './drills.store.ts';

const passParamsSchema = z.object({
  targets: z.array(z.object({ sourceId: z.string(), snapshotId: z.string() })),
});

export interface DrillsParts {
  readonly store: DrillsStore;
  readonly alerts: AlertsService;
  readonly sources: SourcesService;
  readonly repositories: RepositoriesService;
  readonly snapshots: SnapshotsService;
  readonly operations: OperationsService;
  readonly engine: Engine;
  readonly docker: DockerHost;
  readonly dataPath: DataPathPolicy;
  readonly clock: Clock;
  readonly places: DrillPlaces;
  readonly limits: DrillLimits;
}

/** Proves snapshots by restoring them where they harm nobody. */
export class DrillsService {
  readonly #parts: DrillsParts;
  /** Ids of the operations that are at work in this process. */
  readonly #running = new Set<string>();

  constructor(parts: DrillsParts) {
    this.#parts = parts;
  }

  /**
   * Stores a pass over one source, or over all of an environment that can be drilled and has a snapshot.
   * @throws HoldfastError `not-found`, `ambiguous`, `drill-not-possible`, `invalid-input`; then nothing is stored
   */
  async start({ name, snapshot }: StartDrill): Promise<StoredOperation> {
    const { sources, snapshots } = this.#parts;
    await sources.discover();
    const selected = await sources.select(name);
    const able = selected.filter((source) => this.canBeDrilled(source));
    if (able.length === 0) {
      const kinds = [...new Set(selected.map(({ kind }) => kind))].join(', ');
      throw new HoldfastError(
        'drill-not-possible',
        `${name}: there is no drill for sources of kind ${kinds}${selected.every((source) => source.declared) ? ' that are declared' : ''}.`,
      );
    }
    const [only, ...others] = able;
    if (only !== undefined && selected.length === 1) {
      return this.#create([await this.#target(only, await snapshots.resolve(only, snapshot))]);
    }
    if (snapshot !== 'latest') {
      throw new HoldfastError(
        'invalid-input',
        `A snapshot belongs to one source; ${name} is an environment.`,
      );
    }
    const targets = await Promise.all(
      [only, ...others].map(async (source) => {
        if (source === undefined || (await snapshots.of(source.id)).length === 0) return undefined;
        return this.#target(source, await snapshots.resolve(source, 'latest'));
      }),
    );
    const found = targets.filter((target) => target !== undefined);
    if (found.length > 0) return this.#create(found);
    throw new HoldfastError('not-found', `${name} has no snapshot.`, {
      hint: `Make one with: holdfast backup ${name}`,
    });
  }

  /** A pass over the latest good snapshot of everything that is protected and can be drilled. */
  async startScheduled(): Promise<StoredOperation> {
    const { sources, snapshots } = this.#parts;
    await sources.discover();
    const able = (await sources.all()).filter((source) => this.canBeDrilled(source));
    const latest = new Map<string, StoredSnapshot[]>();
    // One history after the other: all of them together may not fit into memory.
    for (const { id } of able) {
      const history = await snapshots.of(id);
      latest.set(id, history.filter(({ state }) => state === 'good').slice(0, 1));
      await setImmediate();
    }
    return this.#create(scheduledTargets(able, ({ id }) => latest.get(id) ?? []));
  }

  /** Newest first. */
  history(query: { sourceId?: string; limit: number }): Promise<DrillRecord[]> {
    return this.#parts.store.list(query);
  }

  /** Removes what drills of a dead process left; those of this one are left alone. */
  async purge(): Promise<void> {
    await purgeDrills(this.#parts.places, this.#parts.docker, (id) => this.#running.has(id));
  }

  canBeDrilled(source: Pick<StoredSource, 'kind' | 'declared'>): boolean {
    const { drill } = this.#parts.sources.kindOf(source);
    // A throwaway is made from the container of the original: a declared server has none.
    return drill !== undefined && (drill.into === 'folder' || !source.declared);
  }

  async #target(source: StoredSource, { id }: StoredSnapshot): Promise<DrillTarget> {
    return { sourceId: source.id, snapshotId: id };
  }

  #create(targets: readonly DrillTarget[]): Promise<StoredOperation> {
    return this.#parts.operations.create({ kind: 'drill', role: 'pass', params: { targets } });
  }

  /** One after the other: each takes memory and processors that belong to others. */
  readonly passHandler: OperationHandler = {
    run: async (operation, context) => {
      const { targets } = passParamsSchema.parse(operation.params);
      const ended: StoredOperation[] = [];
      for (const target of targets) {
        const part = await this.#part(target);
        // Retention, or a person, may have removed it since.
        if (part !== undefined) ended.push(...(await context.runParts([part])));
      }
      const error = errorOfParts(ended);
      if (error !== undefined) throw error;
      return { drills: ended.length };
    },
    repeat: (operation, parts) => repeatPass(operation, parts),
  };

  async #part({ sourceId, snapshotId }: DrillTarget): Promise<NewOperation | undefined> {
    const { sources, snapshots } = this.#parts;
    const source = await sources.get(sourceId);
    const snapshot = (await snapshots.of(sourceId)).find(({ id }) => id === snapshotId);
    if (snapshot === undefined) return undefined;
    return {
      kind: 'drill',
      role: 'part',
      // Named only: a drill works on what is stored, and a backup or restore of its source need not wait for it.
      source: { name: source.name },
      repository: { id: snapshot.repositoryId, use: 'shared' },
      params: {
        sourceId,
        sourceKind: source.kind,
        snapshotId,
        snapshotTime: snapshot.time,
      } satisfies DrillParams,
    };
  }

  readonly partHandler: OperationHandler = {
    run: (operation, context) => this.#drill(operation, context),
    cleanUp: async (operation) => {
      const { repositories, engine } = this.#parts;
      await engine.unlock(await repositories.open(await repositories.get(operation.repository?.id ?? '')));
      await this.purge();
    },
  };

  async #drill(operation: StoredOperation, context: OperationContext): Promise<DrillResult> {
    const { sources, snapshots, clock } = this.#parts;
    const params = drillParamsSchema.parse(operation.params);
    const source = await sources.get(params.sourceId);
    const begun = clock.monotonic();
    this.#running.add(operation.id);
    try {
      const snapshot = await snapshots.get(params.snapshotId);
      const outcome = await this.#run(operation, source, snapshot, context);
      return await this.#proven(operation, source, snapshot, outcome);
    } catch (error) {
      // Cancelled or interrupted: no verdict.
      context.signal.throwIfAborted();
      const durationMs = Math.round(clock.monotonic() - begun);
      const verdict = { error: asHoldfastError(error), durationMs };
      await this.#failed(operation, source, params, verdict).catch((second: unknown) => {
        context.reporter.log(
          'error',
          `The verdict could not be recorded. ${asHoldfastError(second).message}`,
        );
      });
      throw error;
    } finally {
      this.#running.delete(operation.id);
    }
  }

  async #run(
    operation: StoredOperation,
    source: StoredSource,
    snapshot: StoredSnapshot,
    context: OperationContext,
  ): Promise<DrillOutcome> {
    const { sources, repositories, engine, docker, dataPath, clock, places, limits } = this.#parts;
    const { containerId: id, containerName: name } = source;
    return runDrill(
      {
        operationId: operation.id,
        source: sourceIdentity(source),
        ...(id === undefined || name === undefined ? {} : { container: { id, name } }),
        repository: await repositories.open(await repositories.get(snapshot.repositoryId)),
        dataPath,
        manifestResticId: snapshot.manifestResticId,
        places,
        limits,
      },
      { engine, kind: sources.kindOf(source), docker, now: () => clock.now() },
      context,
    );
  }

  async #proven(
    operation: StoredOperation,
    source: StoredSource,
    snapshot: StoredSnapshot,
    { counts, hashes, durationMs }: DrillOutcome,
  ): Promise<DrillResult> {
    const { store, sources, snapshots, alerts, clock } = this.#parts;
    const result = { compared: counts, hashes: Object.keys(hashes).length, durationMs };
    const time = instant(clock);
    const proof = { time, ...result };
    await snapshots.prove(snapshot.id, proof);
    await sources.verified(source.id, proof);
    await store.insert({
      ...verdictOn(operation, source, snapshot.id, snapshot.time),
      time,
      ok: true,
      ...result,
    });
    await alerts.resolve('drill-failed', { kind: 'source', id: source.id });
    return result;
  }

  async #failed(
    operation: StoredOperation,
    source: StoredSource,
    { snapshotId, snapshotTime }: DrillParams,
    { error, durationMs }: { error: HoldfastError; durationMs: number },
  ): Promise<void> {
    const { store, alerts, clock } = this.#parts;
    await store.insert({
      ...verdictOn(operation, source, snapshotId, snapshotTime),
      time: instant(clock),
      ok: false,
      compared: {},
      hashes: 0,
      durationMs,
      error: error.toFailure(),
    });
    await alerts.raise({
      code: 'drill-failed',
      subject: { kind: 'source', id: source.id, name: source.name },
      message: `The snapshot of ${source.name} of ${snapshotTime} could not be proven. ${error.message}`,
      hint: error.hint,
    });
  }
}

function verdictOn(
  operation: StoredOperation,
  source: StoredSource,
  snapshotId: string,
  snapshotTime: string,
): Pick<DrillRecord, 'id' | 'operationId' | 'source' | 'sourceId' | 'snapshotId' | 'snapshotTime'> {
  return {
    id: uuidv7(),
    operationId: operation.id,
    source: source.name,
    sourceId: source.id,
    snapshotId,
    snapshotTime,
  };
}

/** The same pass over what did not come to a verdict. */
function repeatPass(operation: StoredOperation, parts: readonly StoredOperation[]): NewOperation | undefined {
  const { targets } = passParamsSchema.parse(operation.params);
  const done = new Set(
    parts
      .filter(({ state }) => state === 'succeeded' || state === 'failed')
      .map(({ params }) => drillParamsSchema.parse(params).snapshotId),
  );
  const left = targets.filter(({ snapshotId }) => !done.has(snapshotId));
  return left.length === 0 ? undefined : { kind: 'drill', role: 'pass', params: { targets: left } };
}
