import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { Consistency } from '@holdfast/sources';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import { errorOfParts } from '../operations/failed-part.ts';
import type {
  NewOperation,
  OperationContext,
  OperationHandler,
  StoredOperation,
} from '../operations/operation.ts';
import { backupResultSchema } from '../operations/operation.view.ts';
import type { PlansService } from '../plans/plans.service.ts';
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
import { madeKey, passParamsSchema, repeatPass, type Stage, stageOf, stages } from './pass.rules.ts';
import { type Share, Underway } from './underway.ts';

export interface PassParts extends PointParts {
  readonly destinations: DestinationsService;
  readonly plans: PlansService;
  readonly retention: RetentionService;
  readonly clock: Clock;
}

/** What a pass is over, wherever it goes to. */
interface Order {
  readonly operation: StoredOperation;
  readonly context: OperationContext;
  readonly sources: readonly StoredSource[];
  readonly consistency?: Consistency;
  readonly due?: Date;
  readonly made: Readonly<Record<string, string>>;
}

/** The part of a pass that goes to one destination. */
interface Leg extends Order {
  readonly destinationId: string;
  readonly outcome: PassOutcome;
  readonly share: Share;
}

/** A pass over sources: destination by destination, stage by stage, then the recovery points, then retention. */
export class BackupPass {
  readonly #parts: PassParts;
  readonly #underway = new Underway();

  constructor(parts: PassParts) {
    this.#parts = parts;
  }

  readonly handler: OperationHandler = {
    run: async (operation, context) => {
      const params = passParamsSchema.parse(operation.params);
      const { due, made = {} } = params;
      const order: Order = {
        operation,
        context,
        ...(await this.#whatOf(operation, params.sourceIds, context)),
        ...(due === undefined ? {} : { due: new Date(due) }),
        made,
      };
      const ended: StoredOperation[] = [];
      const failures: unknown[] = [];
      for (const destinationId of await this.#whereTo(params)) {
        try {
          ended.push(...(await this.#passTo(destinationId, order)));
        } catch (error) {
          context.signal.throwIfAborted();
          // The others of a plan are not to go without because one was removed.
          context.reporter.log('error', asHoldfastError(error).message);
          failures.push(error);
        }
      }
      if (params.withoutRetention !== true) await this.#retain(order.sources, context);
      const error = errorOfParts(ended) ?? failures[0];
      if (error !== undefined) throw error;
      return { sources: ended.length };
    },
    repeat: (operation, parts) => repeatPass(operation, parts),
  };

  async #whereTo({
    destinationId,
    destinationIds = [],
  }: {
    destinationId?: string;
    destinationIds?: readonly string[];
  }): Promise<readonly string[]> {
    if (destinationId !== undefined) return [destinationId];
    return destinationIds.length > 0 ? destinationIds : [(await this.#parts.destinations.choose()).id];
  }

  async #whatOf(
    { planId }: StoredOperation,
    ids: readonly string[] | undefined,
    context: OperationContext,
  ): Promise<Pick<Order, 'sources' | 'consistency'>> {
    if (planId === undefined) return { sources: await this.#sourcesOf(ids, context) };
    const { consistency } = await this.#parts.plans.get(planId);
    const sources = await this.#wanted(context, () => this.#parts.plans.sourcesOf(planId));
    return { sources, ...(consistency === undefined ? {} : { consistency }) };
  }

  #sourcesOf(
    ids: readonly string[] | undefined,
    context: OperationContext,
  ): Promise<readonly StoredSource[]> {
    const { sources } = this.#parts;
    if (ids !== undefined) return Promise.all(ids.map((id) => sources.get(id)));
    return this.#wanted(context, () => sources.all());
  }

  /** After a look around: what is protected of those that `choose` gives. */
  async #wanted(
    { reporter }: OperationContext,
    choose: () => Promise<readonly StoredSource[]>,
  ): Promise<readonly StoredSource[]> {
    reporter.step('looking for sources');
    const { warnings, unreachable } = await this.#parts.sources.discover();
    for (const warning of warnings) reporter.log('warn', warning);
    const all = await choose();
    const wanted = all.filter((source) => source.protected);
    for (const { name, reason, present } of all.filter((source) => !source.protected)) {
      if (present) reporter.log('info', `${name} is left out. ${reason ?? ''}`);
    }
    if (wanted.length === 0 && unreachable !== undefined) throw unreachable;
    return wanted;
  }

  async #passTo(destinationId: string, order: Order): Promise<readonly StoredOperation[]> {
    const { operation, sources, due, made } = order;
    const { clock, snapshots } = this.#parts;
    const ofPlan = operation.planId !== undefined;
    const outcome: PassOutcome = { taken: new Map(), errors: new Map(), borrowed: new Set() };
    for (const { id } of sources) {
      const snapshotId = made[madeKey(id, destinationId, ofPlan)];
      if (snapshotId !== undefined) outcome.taken.set(id, snapshotId);
    }
    const left = sources.filter(({ id }) => !outcome.taken.has(id));
    const data = left.filter((source) => this.#stageOf(source) !== 'definitions').map(({ id }) => id);
    const share = this.#underway.share(data, destinationId, { now: clock.now(), ...(due ? { due } : {}) });
    const leg: Leg = { ...order, destinationId, outcome, share };
    try {
      if (due !== undefined) {
        const since = await snapshots.takenSince(data, destinationId, due.toISOString());
        for (const [id, snapshotId] of since) this.#borrow(leg, id, snapshotId);
      }
      const ended: StoredOperation[] = [];
      for (const stage of stages) {
        const those = left.filter((source) => this.#stageOf(source) === stage && this.#isOwn(source, leg));
        ended.push(...(await this.#runStage(stage, those, leg)));
        await this.#waitForOthers(stage, left, leg);
      }
      await this.#recordFailed(operation, ended, outcome);
      this.#tellBorrowed(leg, ended);
      return ended;
    } finally {
      share.end();
    }
  }

  #stageOf(source: StoredSource): Stage {
    return stageOf(this.#parts.sources.kinds.get(source.kind));
  }

  #borrow({ outcome, share }: Leg, sourceId: string, snapshotId: string): void {
    outcome.taken.set(sourceId, snapshotId);
    outcome.borrowed.add(sourceId);
    share.settle(sourceId, snapshotId);
  }

  /** Whether this pass has to take it. How an environment is built is taken with what was taken of it. */
  #isOwn(source: StoredSource, { sources, outcome, share }: Leg): boolean {
    const isElsewhere = ({ id }: StoredSource) => share.others.has(id) || outcome.borrowed.has(id);
    if (this.#stageOf(source) !== 'definitions') return !isElsewhere(source);
    const members = sources.filter(
      (member) => member.environment === source.environment && this.#stageOf(member) !== 'definitions',
    );
    return members.length === 0 || !members.every(isElsewhere);
  }

  async #waitForOthers(stage: Stage, left: readonly StoredSource[], leg: Leg): Promise<void> {
    const { outcome, share } = leg;
    for (const source of left.filter((one) => this.#stageOf(one) === stage)) {
      const theirs = share.others.get(source.id);
      if (theirs === undefined || outcome.borrowed.has(source.id)) continue;
      const snapshotId = await theirs;
      leg.context.signal.throwIfAborted();
      if (snapshotId !== undefined) this.#borrow(leg, source.id, snapshotId);
      else outcome.errors.set(source.id, 'Its backup by another plan that was due at the same time failed.');
    }
  }

  /** @throws HoldfastError `partly-failed` when all of this pass went well, and what it left to another did not */
  #tellBorrowed({ sources, outcome, share, context }: Leg, ended: readonly StoredOperation[]): void {
    const named = (has: (id: string) => boolean) =>
      sources
        .filter(({ id }) => has(id))
        .map(({ name }) => name)
        .join(', ');
    if (outcome.borrowed.size > 0) {
      const names = named((id) => outcome.borrowed.has(id));
      context.reporter.log('info', `Backed up by another plan that was due at the same time: ${names}.`);
    }
    const failed = named((id) => share.others.has(id) && outcome.errors.has(id));
    if (failed === '' || errorOfParts(ended) !== undefined) return;
    throw new HoldfastError('partly-failed', `The pass of another plan failed over: ${failed}.`);
  }

  async #runStage(
    stage: Stage,
    sources: readonly StoredSource[],
    leg: Leg,
  ): Promise<readonly StoredOperation[]> {
    if (sources.length === 0) return [];
    const { context, outcome, destinationId, share } = leg;
    const parts = await Promise.all(
      sources.map(async (source) =>
        this.#part(
          source,
          leg,
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
      share.settle(source.id, outcome.taken.get(source.id));
    }
    return ended;
  }

  async #part(
    source: StoredSource,
    { destinationId, consistency, operation: { planId } }: Leg,
    environment: TakenEnvironment | undefined,
  ): Promise<NewOperation> {
    const destination = await this.#parts.destinations.get(destinationId);
    // A name that cannot be a folder has no repository; the part then fails with that reason.
    const repository = await this.#parts.repositories.forSource(source, destinationId).catch(() => undefined);
    return {
      kind: 'backup',
      role: 'part',
      ...(planId === undefined ? {} : { planId }),
      source: { id: source.id, name: source.name },
      destination: { id: destination.id, name: destination.name },
      repository: repository === undefined ? undefined : { id: repository.id, use: 'shared' },
      params: {
        sourceId: source.id,
        sourceKind: source.kind,
        destinationId,
        ...(consistency === undefined ? {} : { consistency }),
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
    if (ids.length === 0) return;
    try {
      const failure = errorOfParts(await this.#parts.retention.runParts(context, ids));
      if (failure !== undefined) throw failure;
    } catch (error) {
      context.signal.throwIfAborted();
      context.reporter.log('warn', `Retention failed. ${asHoldfastError(error).message}`);
    }
  }
}
