import type { EnvironmentPreflight, StartEnvironmentRestore } from '@holdfast/contracts';
import { isErrorCode } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { BackupsService } from '../backups/backups.service.ts';
import type { OperationContext, OperationHandler, StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { StoredRecoveryPoint } from '../recovery-points/recovery-point.ts';
import type { RecoveryPointsService } from '../recovery-points/recovery-points.service.ts';
import type { RestoreJournal, RestoreJournals } from '../restores/restore-journal.ts';
import { type PreflightParts, type Prepared, prepareRestore } from './preflight.ts';
import { changedNothing, type RestoreParts, restoreEnvironment, withOutcome } from './restore-environment.ts';
import { resumeRestore } from './resume-restore.ts';
import { describeLeftovers, rollBack } from './roll-back.ts';

const restoreParamsSchema = z.object({
  environment: z.string(),
  pointId: z.string(),
  safetySnapshot: z.boolean(),
  partial: z.boolean(),
});
/** After a crash: the operation whose journal says what to take back. */
const resumeParamsSchema = z.object({ environment: z.string(), resumes: z.string() });
const paramsSchema = z.union([resumeParamsSchema, restoreParamsSchema]);

export interface EnvironmentsParts extends RestoreParts, PreflightParts {
  readonly operations: OperationsService;
  readonly recoveryPoints: RecoveryPointsService;
  readonly backups: BackupsService;
  readonly journals: RestoreJournals;
}

/** Environments as a whole: what a restore would do, and doing it. */
export class EnvironmentsService {
  readonly #parts: EnvironmentsParts;

  constructor(parts: EnvironmentsParts) {
    this.#parts = parts;
  }

  /** @throws HoldfastError `not-found`, `ambiguous`, or why it could not be looked at */
  async preflight(
    environment: string,
    reference: string,
    signal: AbortSignal,
  ): Promise<EnvironmentPreflight> {
    const point = await this.#parts.recoveryPoints.resolve(environment, reference);
    return (await this.#prepare(point, signal)).preflight;
  }

  /**
   * @throws HoldfastError `confirmation-required` unless the name was typed, `restore-partial`, `not-found`,
   *   `ambiguous`; then nothing is stored
   */
  async start(environment: string, request: StartEnvironmentRestore): Promise<StoredOperation> {
    const point = await this.#parts.recoveryPoints.resolve(environment, request.point);
    if (request.confirmation !== environment) {
      throw new HoldfastError(
        'confirmation-required',
        `To restore ${environment}, its name has to be typed as the confirmation.`,
      );
    }
    refusePartial(point, request.partial);
    const { partial, safetySnapshot } = request;
    return this.#parts.operations.create({
      kind: 'restore',
      role: 'pass',
      params: { environment, pointId: point.id, partial, safetySnapshot } satisfies z.infer<
        typeof restoreParamsSchema
      >,
    });
  }

  async #prepare(point: StoredRecoveryPoint, signal: AbortSignal, ownId?: string): Promise<Prepared> {
    const others = await this.#parts.operations.unfinishedPasses('restore');
    const other = others.find(
      ({ id, params }) =>
        id !== ownId && paramsSchema.safeParse(params).data?.environment === point.environment,
    );
    return prepareRestore(this.#parts, point, {
      ...(other === undefined ? {} : { otherRestore: other.id }),
      signal,
    });
  }

  readonly passHandler: OperationHandler = {
    run: async (operation, context) => {
      const params = paramsSchema.parse(operation.params);
      if ('resumes' in params) {
        const journal = await this.#parts.journals.open(params.resumes);
        return resumeRestore(this.#parts, journal, params, context);
      }
      return this.#restore(operation.id, params, context);
    },
    urgent: true,
    repeat: (operation) => {
      const params = paramsSchema.parse(operation.params);
      const { environment } = params;
      const resumes = 'resumes' in params ? params.resumes : operation.id;
      return { kind: 'restore', role: 'pass', params: { environment, resumes } };
    },
  };

  async #restore(
    operationId: string,
    params: z.infer<typeof restoreParamsSchema>,
    context: OperationContext,
  ): Promise<Record<string, unknown>> {
    const { operations, journals, recoveryPoints } = this.#parts;
    context.reporter.step('looking at what is there');
    const point = await recoveryPoints.get(params.pointId);
    refusePartial(point, params.partial);
    const before = await this.#prepare(point, context.signal, operationId);
    refuseProblems(before.preflight);
    for (const warning of before.preflight.warnings) context.reporter.log('warn', warning);
    const safetyPointId = params.safetySnapshot ? await this.#safetySnapshot(before, context) : undefined;
    const held = [...point.members, point.definition].map(({ sourceId }) => sourceId);
    await operations.hold(operationId, held, context.signal);
    // The backup took its time: what is done goes by what is there now.
    const prepared =
      safetyPointId === undefined ? before : await this.#prepare(point, context.signal, operationId);
    refuseProblems(prepared.preflight);
    const journal = journals.begin(operationId);
    const safety = safetyPointId === undefined ? {} : { safetyPointId };
    try {
      context.signal.throwIfAborted();
      return {
        ...(await restoreEnvironment(this.#parts, prepared, { operationId, journal, context, ...safety })),
      };
    } catch (error) {
      throw await this.#takeBack(
        context.signal.aborted ? context.signal.reason : error,
        journal,
        operationId,
        context,
      );
    }
  }

  async #takeBack(
    error: unknown,
    journal: RestoreJournal,
    operationId: string,
    { reporter }: OperationContext,
  ): Promise<HoldfastError> {
    if (changedNothing(journal)) return withOutcome(error, 'Nothing was changed.');
    reporter.log('error', asHoldfastError(error).message);
    reporter.step('rolling back');
    const left = await rollBack(this.#parts, journal, operationId, reporter);
    if (left.length === 0) {
      reporter.log('info', 'Everything was put back as it was before.');
      return withOutcome(error, 'Everything was put back as it was before.');
    }
    return new HoldfastError(
      'roll-back-failed',
      `${asHoldfastError(error).message} Not all could be put back: ${describeLeftovers(left)}`,
      { cause: error },
    );
  }

  /** What cannot be captured any more is often why somebody restores: it is told, and stops nothing. */
  async #safetySnapshot({ point }: Prepared, context: OperationContext): Promise<string | undefined> {
    const { backups, recoveryPoints } = this.#parts;
    const { environment, destinationId } = point;
    const pass = await backups.safetyPass(environment, destinationId);
    if (pass === undefined) {
      context.reporter.log('info', 'Nothing of it is there, so there is nothing to back up first.');
      return undefined;
    }
    context.reporter.step('backing up what is there');
    const [ended] = await context.runParts([pass]);
    if (ended?.state !== 'succeeded') {
      const why = ended?.error?.detail ?? 'It ended without a word.';
      context.reporter.log('warn', `The backup of what is there is not complete. ${why}`);
    }
    const [made] = await recoveryPoints.list({ operationId: ended?.id ?? '', environment });
    return made?.id;
  }
}

function refusePartial({ id, members }: StoredRecoveryPoint, allowed: boolean): void {
  const missing = members.filter(({ snapshotId }) => snapshotId === undefined);
  if (allowed || missing.length === 0) return;
  const names = missing.map(({ sourceName }) => sourceName).join(', ');
  throw new HoldfastError('restore-partial', `The recovery point ${id} holds no snapshot of ${names}.`);
}

/** @throws HoldfastError of the one code that all problems have, else `restore-blocked` */
function refuseProblems({ problems }: EnvironmentPreflight): void {
  const [first] = problems;
  if (first === undefined) return;
  const same = problems.every(({ code }) => code === first.code);
  throw new HoldfastError(
    same && isErrorCode(first.code) ? first.code : 'restore-blocked',
    `${problems.map(({ detail }) => detail).join(' ')} Nothing was changed.`,
  );
}
