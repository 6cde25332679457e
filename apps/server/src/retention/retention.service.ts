import { setImmediate } from 'node:timers/promises';
import type { RetentionDecision, RetentionPolicy } from '@holdfast/contracts';
import type { Engine } from '@holdfast/engine';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import { errorOfFailure, errorOfParts } from '../operations/failed-part.ts';
import type {
  NewOperation,
  OperationContext,
  OperationHandler,
  StoredOperation,
} from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { StoredPlan } from '../plans/plan.ts';
import type { PlansService } from '../plans/plans.service.ts';
import type { RecoveryPointsService } from '../recovery-points/recovery-points.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import { policiesFor } from './policies.rules.ts';
import { type Decision, decideByAll } from './retention.rules.ts';

const passParamsSchema = z.object({ sourceIds: z.array(z.string()).optional() });
/** Without ids: what the policy says goes. With ids: those that a person chose. */
const partParamsSchema = z.object({ snapshotIds: z.array(z.string()).optional() });

/** How many are read together where all are gone through. */
const environmentsAtOnce = 20;

/** Of which sources, in which destination; and a plan as it might be. */
interface Which {
  readonly sourceIds?: readonly string[];
  readonly destinationId?: string;
  readonly instead?: StoredPlan;
}

interface Decided {
  readonly snapshot: StoredSnapshot;
  readonly decision: Decision;
}

export interface RetentionParts {
  readonly sources: SourcesService;
  readonly snapshots: SnapshotsService;
  readonly recoveryPoints: RecoveryPointsService;
  readonly destinations: DestinationsService;
  readonly repositories: RepositoriesService;
  readonly operations: OperationsService;
  readonly engine: Engine;
  readonly plans: PlansService;
  readonly clock: Clock;
}

/** Which snapshots go and which stay, by the policy; and the one place that removes snapshots. */
export class RetentionService {
  readonly #parts: RetentionParts;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** What would stay and what would go, and why. Changes nothing. */
  preview(sourceId?: string): Promise<RetentionDecision[]> {
    return this.#preview(sourceId === undefined ? {} : { sourceIds: [sourceId] });
  }

  /** The same of what a plan catches, were this its policy. Changes nothing. @throws HoldfastError `not-found` */
  async previewPlan(nameOrId: string, changes: Partial<RetentionPolicy>) {
    const plan = await this.#parts.plans.get(nameOrId);
    const policy = { ...plan.retention, ...changes };
    const sourceIds = (await this.#parts.plans.sourcesOf(plan.id)).map(({ id }) => id);
    const items = await this.#preview({ sourceIds, instead: { ...plan, retention: policy } });
    return { policy, items };
  }

  async #preview(which: Which): Promise<RetentionDecision[]> {
    const names = new Map(
      (await this.#parts.destinations.list()).map((destination) => [destination.id, destination.name]),
    );
    const decided = await this.#decideAll(which);
    return decided.map(({ snapshot, decision }) => ({
      snapshotId: snapshot.id,
      resticId: snapshot.parts[0]?.resticId ?? snapshot.manifestResticId,
      source: snapshot.sourceName,
      destination: names.get(snapshot.destinationId) ?? snapshot.destinationId,
      time: snapshot.time,
      keep: decision.keep,
      reasons: [...decision.reasons],
    }));
  }

  start(): Promise<StoredOperation> {
    return this.#parts.operations.create({ kind: 'retention', role: 'pass', params: {} });
  }

  /**
   * Deletes one snapshot that a person chose; resolves when it is gone.
   * @throws HoldfastError `confirmation-required`, `last-good-snapshot`, or why the engine could not
   */
  async delete(id: string, options: { confirmation: string; force: boolean }): Promise<void> {
    const snapshot = await this.#parts.snapshots.get(id);
    if (options.confirmation !== snapshot.id) {
      throw new HoldfastError(
        'confirmation-required',
        `Deleting the snapshot ${snapshot.id} of ${snapshot.sourceName} cannot be undone.`,
      );
    }
    if (!options.force) await this.#refuseLastGood(snapshot);
    const part = this.#part(snapshot, { snapshotIds: [snapshot.id] });
    const { id: operationId } = await this.#parts.operations.create(part);
    const ended = await this.#parts.operations.untilEnded(operationId);
    if (ended.error !== undefined) throw errorOfFailure(ended.error);
  }

  async #refuseLastGood(snapshot: StoredSnapshot): Promise<void> {
    const all = await this.#parts.snapshots.of(snapshot.sourceId, snapshot.destinationId);
    if (all.some(({ id, state }) => id !== snapshot.id && state === 'good')) return;
    if (snapshot.state !== 'good') return;
    throw new HoldfastError(
      'last-good-snapshot',
      `It is the last good snapshot of ${snapshot.sourceName} in its destination.`,
    );
  }

  /** One forget for each repository where something goes; no operation where nothing does. */
  async runParts(
    context: OperationContext,
    sourceIds?: readonly string[],
  ): Promise<readonly StoredOperation[]> {
    const repositoryIds = new Set<string>();
    for await (const decided of this.#decide({ sourceIds })) {
      for (const { snapshot, decision } of decided)
        if (!decision.keep) repositoryIds.add(snapshot.repositoryId);
    }
    const parts = [...repositoryIds].map((repositoryId) => this.#part({ repositoryId }, {}));
    return parts.length === 0 ? [] : context.runParts(parts);
  }

  #part(
    { repositoryId }: Pick<StoredSnapshot, 'repositoryId'>,
    params: z.infer<typeof partParamsSchema>,
  ): NewOperation {
    return {
      kind: 'retention',
      role: 'part',
      repository: { id: repositoryId, use: 'exclusive' },
      params,
    };
  }

  readonly passHandler: OperationHandler = {
    run: async (operation, context) => {
      const { sourceIds } = passParamsSchema.parse(operation.params);
      const parts = await this.runParts(context, sourceIds);
      const error = errorOfParts(parts);
      if (error !== undefined) throw error;
      return { removed: parts.reduce((sum, part) => sum + Number(part.result?.removed ?? 0), 0) };
    },
    repeat: (operation) => ({ kind: 'retention', role: 'pass', params: operation.params }),
  };

  readonly partHandler: OperationHandler = {
    run: async (operation, context) => {
      const stored = await this.#repositoryOf(operation);
      const { snapshotIds } = partParamsSchema.parse(operation.params);
      const going =
        snapshotIds === undefined
          ? await this.#goingOf(stored.sourceId, stored.destinationId)
          : await Promise.all(snapshotIds.map((id) => this.#parts.snapshots.get(id)));
      if (going.length === 0) return { removed: 0 };
      context.reporter.step(`forgetting ${going.length} snapshots`);
      const repository = await this.#parts.repositories.open(stored);
      // Recorded as gone only afterwards: after a crash in between they are forgotten once more, harmlessly.
      await this.#parts.engine.forget(repository, going.flatMap(resticIds), { signal: context.signal });
      await this.#parts.snapshots.removed(going.map((snapshot) => snapshot.id));
      await this.#parts.recoveryPoints.tidy();
      return { removed: going.length };
    },
    cleanUp: async (operation) => {
      const stored = await this.#repositoryOf(operation);
      await this.#parts.engine.unlock(await this.#parts.repositories.open(stored));
    },
  };

  #repositoryOf({ repository }: StoredOperation) {
    return this.#parts.repositories.get(repository?.id ?? '');
  }

  async #goingOf(sourceId: string, destinationId: string): Promise<StoredSnapshot[]> {
    const decided = await this.#decideAll({ sourceIds: [sourceId], destinationId });
    return decided.filter(({ decision }) => !decision.keep).map(({ snapshot }) => snapshot);
  }

  async #decideAll(which: Which): Promise<Decided[]> {
    const all: Decided[] = [];
    for await (const decided of this.#decide(which)) all.push(...decided);
    return all;
  }

  /**
   * Each source in each destination is decided on its own, one after the other: a source's history is held in memory,
   * not everyone's.
   */
  async *#decide(which: Which): AsyncGenerator<readonly Decided[]> {
    const { plans, destinations, sources } = this.#parts;
    const known = (await plans.all()).map((plan) => (plan.id === which.instead?.id ? which.instead : plan));
    const isDefault = new Map((await destinations.list()).map((one) => [one.id, one.isDefault]));
    for await (const members of this.#environmentsOf(which.sourceIds, sources)) {
      const chosen = plans.choose(members, known);
      for (const { id } of members) {
        if (which.sourceIds?.includes(id) === false) continue;
        yield await this.#decideSource(id, which.destinationId, (destinationId) =>
          policiesFor(chosen.get(id) ?? [], known, {
            id: destinationId,
            isDefault: isDefault.get(destinationId) === true,
          }),
        );
        await setImmediate();
      }
    }
  }

  /** Whole environments: what catches the definition of one depends on its other sources. */
  async *#environmentsOf(
    sourceIds: readonly string[] | undefined,
    sources: SourcesService,
  ): AsyncGenerator<readonly StoredSource[]> {
    if (sourceIds === undefined) return yield* sources.inEnvironments(environmentsAtOnce);
    const environments = new Set((await sources.environmentsOf(sourceIds)).values());
    for (const environment of environments) yield await sources.membersOf([environment]);
  }

  async #decideSource(
    sourceId: string,
    destinationId: string | undefined,
    policiesIn: (destinationId: string) => readonly StoredPlan[],
  ): Promise<Decided[]> {
    const { snapshots, recoveryPoints, clock } = this.#parts;
    const history = await snapshots.of(sourceId, destinationId);
    if (history.length === 0) return [];
    const points = await recoveryPoints.standings(sourceId);
    const now = clock.now();
    return [...Map.groupBy(history, (snapshot) => snapshot.destinationId)].flatMap(([place, group]) => {
      const candidates = group.map((snapshot) => ({
        id: snapshot.id,
        arrival: snapshot.arrival,
        time: new Date(snapshot.time),
        state: snapshot.state,
        proven: snapshot.proof !== undefined,
        point: points.get(snapshot.id),
      }));
      const byId = new Map(group.map((snapshot) => [snapshot.id, snapshot]));
      const policies = policiesIn(place).map(({ name, retention, timeZone }) => ({
        name,
        policy: retention,
        timeZone,
        now,
      }));
      return decideByAll(candidates, policies).flatMap((decision) => {
        const snapshot = byId.get(decision.id);
        return snapshot === undefined ? [] : [{ snapshot, decision }];
      });
    });
  }
}

function resticIds(snapshot: StoredSnapshot): string[] {
  return [...snapshot.parts.map((part) => part.resticId), snapshot.manifestResticId];
}
