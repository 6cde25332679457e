import type { EnvironmentRestoreResult } from '@holdfast/contracts';
import { restoreResultSchema } from '@holdfast/contracts';
import { type DefinitionSurvey, type MadeThings, recreate } from '@holdfast/docker';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { Clock } from '../clock.ts';
import { errorOfFailure } from '../operations/failed-part.ts';
import type { OperationContext } from '../operations/operation.ts';
import type { RestoreJournal } from '../restores/restore-journal.ts';
import type { RestoresService } from '../restores/restores.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { Prepared } from './preflight.ts';
import { isAllMade, type PlannedMember } from './restore-plan.rules.ts';
import type { RollBackParts } from './roll-back.ts';
import { startContainers } from './start-containers.ts';

export interface RestoreParts extends RollBackParts {
  readonly sources: SourcesService;
  readonly restores: RestoresService;
  readonly snapshots: SnapshotsService;
  readonly clock: Clock;
}

/** What the steps of one restore share. */
interface Steps {
  readonly parts: RestoreParts;
  readonly prepared: Prepared;
  readonly journal: RestoreJournal;
  readonly operationId: string;
  readonly context: OperationContext;
  readonly warnings: string[];
  readonly made: MadeThings;
}

/** A database server has this long to take orders after its start. */
const databaseReadyWithinMs = 5 * 60_000;

/**
 * Changes what the preflight said: makes what is missing, stops what uses the data, puts each member back, and starts
 * what ran. Each step is in the journal before it is done; taking it back is the caller's.
 *
 * @throws HoldfastError of the step that failed
 */
export async function restoreEnvironment(
  parts: RestoreParts,
  prepared: Prepared,
  run: {
    readonly operationId: string;
    readonly journal: RestoreJournal;
    readonly context: OperationContext;
    readonly safetyPointId?: string;
  },
): Promise<EnvironmentRestoreResult> {
  const { journal, context, operationId, safetyPointId } = run;
  const { plan, point, definition, ran } = prepared;
  const begun = parts.clock.monotonic();
  await journal.write({
    type: 'begun',
    environment: point.environment,
    pointId: point.id,
    start: [...plan.start],
    databases: [...plan.databases],
    ran: [...ran],
    ...(safetyPointId === undefined ? {} : { safetyPointId }),
  });
  const made = missingOf(prepared.survey);
  const steps: Steps = { parts, prepared, journal, operationId, context, made, warnings: [] };
  await makeMissing(steps);
  await stopUsers(steps);
  await startDatabases(steps);
  const members: EnvironmentRestoreResult['members'] = [];
  for (const member of plan.members) members.push(await restoreMember(steps, member));
  await journal.write({ type: 'restored' });
  const started = await startContainers(parts.docker, plan.start, definition.containers, {
    reporter: context.reporter,
    signal: context.signal,
    onStart: (container) => journal.write({ type: 'starting', container }),
  });
  await confirmRunning(steps, started);
  return {
    environment: point.environment,
    pointId: point.id,
    pointTime: point.time,
    members,
    skipped: prepared.preflight.members.flatMap(({ source, missing }) =>
      missing === undefined ? [] : [source],
    ),
    containers: prepared.preflight.containers.map(({ name }) => ({
      name,
      state: started.find((one) => one.name === name)?.state ?? 'stopped',
      made: made.containers.includes(name),
    })),
    made: { containers: made.containers, networks: made.networks, volumes: made.volumes },
    ...(safetyPointId === undefined ? {} : { safetyPointId }),
    recoveryMs: Math.round(parts.clock.monotonic() - begun),
    warnings: steps.warnings,
  };
}

/** What `recreate` is going to make, by the survey that it goes by. */
function missingOf(survey: DefinitionSurvey): MadeThings {
  const missing = (all: readonly { readonly name: string; readonly state: string }[]) =>
    all.filter(({ state }) => state === 'missing').map(({ name }) => name);
  const paths = (type: 'file' | 'folder') =>
    survey.files.filter((one) => one.type === type && one.state === 'missing').map((one) => one.path);
  return {
    folders: paths('folder'),
    files: paths('file'),
    networks: missing(survey.networks),
    volumes: missing(survey.volumes),
    containers: missing(survey.containers),
  };
}

/** Before anything is stopped: an image that cannot be pulled after all then disturbs nobody. */
async function makeMissing({ parts, prepared, journal, context, made, warnings }: Steps): Promise<void> {
  const { definition, survey } = prepared;
  if (Object.values(made).every((names) => names.length === 0)) return;
  await journal.write({ type: 'making', made });
  const { signal, reporter } = context;
  const recreation = await recreate(parts.docker, definition, survey, { signal, reporter });
  warnings.push(...recreation.warnings);
}

async function stopUsers({ parts, prepared, journal, context }: Steps): Promise<void> {
  for (const name of prepared.plan.stop) {
    context.signal.throwIfAborted();
    context.reporter.step(`stopping ${name}`);
    await journal.write({ type: 'stopping', container: name });
    await parts.docker.lifecycle.stop(name);
  }
}

/** A server that was just made begins on no data: what comes next would be lost before it is through with that. */
async function startDatabases({ parts, prepared, journal, context, operationId }: Steps): Promise<void> {
  const { docker, sources, dataPath } = parts;
  const { plan } = prepared;
  const { reporter } = context;
  for (const name of plan.databases) {
    context.signal.throwIfAborted();
    if ((await docker.lifecycle.status(name)).running) continue;
    reporter.step(`starting ${name}`);
    await journal.write({ type: 'starting', container: name });
    await docker.lifecycle.start(name);
  }
  await sources.discover();
  for (const { sourceId, container } of plan.members) {
    if (container === undefined) continue;
    const source = await sources.get(sourceId);
    const kind = sources.kindOf(source);
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(databaseReadyWithinMs)]);
    reporter.step(`waiting for ${container}`);
    if (kind.untilReady === undefined) {
      await docker.lifecycle.untilReady(container, { signal, timeoutMs: databaseReadyWithinMs });
    } else {
      await kind.untilReady(source.locator, { docker, dataPath, operationId, reporter, signal });
    }
    context.signal.throwIfAborted();
  }
}

async function restoreMember(
  steps: Steps,
  member: PlannedMember,
): Promise<EnvironmentRestoreResult['members'][number]> {
  const { parts, prepared, journal, context, made, warnings } = steps;
  const { sources, snapshots, restores } = parts;
  const source = await sources.get(member.sourceId);
  const allMade = isAllMade(member, made, (container) => volumesOf(prepared, container));
  const part = await restores.part(source, await snapshots.get(member.snapshotId), { mode: 'swap' });
  await journal.write({ type: 'restoring', member, allMade });
  context.reporter.step(`restoring ${member.source}`);
  const [ended] = await context.runParts([part]);
  if (ended?.state !== 'succeeded') {
    const failure = ended?.error ?? new HoldfastError('internal', 'It ended without a word.').toFailure();
    throw errorOfFailure({ ...failure, detail: `${member.source}: ${failure.detail}` });
  }
  const result = restoreResultSchema.parse(ended.result);
  warnings.push(...result.warnings.map((warning) => `${member.source}: ${warning}`));
  const about = { source: member.source, kind: member.kind, operationId: ended.id };
  return { ...about, ...result, previous: await withoutEmpty(steps, member, result.previous) };
}

/** A volume that was only just made was empty, and so is what was kept of it: nobody misses that. */
async function withoutEmpty(
  { parts, made, context }: Steps,
  { volume, counts }: PlannedMember,
  previous: readonly string[],
): Promise<string[]> {
  const justMade = counts === 'files' && volume !== undefined && made.volumes.includes(volume);
  if (!justMade) return [...previous];
  const left: string[] = [];
  for (const name of previous) {
    await parts.docker.resources.removeVolume(name).catch((error: unknown) => {
      context.reporter.log(
        'warn',
        `The empty volume ${name} could not be removed: ${asHoldfastError(error).message}`,
      );
      left.push(name);
    });
  }
  return left;
}

/** By name, of the volumes that the definition mounts into a container. */
function volumesOf({ definition }: Prepared, container: string): string[] {
  const defined = definition.containers.find(({ name }) => name === container);
  const text = JSON.stringify(defined?.create ?? {});
  return definition.volumes.flatMap(({ name }) =>
    text.includes(JSON.stringify(name).slice(1, -1)) ? [name] : [],
  );
}

/** A container without a health check may have run for a moment only. */
async function confirmRunning(
  { parts, context }: Steps,
  started: readonly { readonly name: string; readonly state: string }[],
): Promise<void> {
  for (const { name } of started.filter(({ state }) => state !== 'stopped')) {
    context.signal.throwIfAborted();
    const { running, exitCode } = await parts.docker.lifecycle.status(name);
    if (!running && exitCode !== 0) {
      throw new HoldfastError(
        'container-not-running',
        `${name} ended with exit code ${exitCode} after its start.`,
      );
    }
  }
}

/** Whether a failure came before anything was changed. */
export function changedNothing(journal: RestoreJournal): boolean {
  return journal.entries.every(({ type }) => type === 'begun');
}

/** The words of the failure, and what became of the environment. */
export function withOutcome(error: unknown, outcome: string): HoldfastError {
  const { code, message, hint } = asHoldfastError(error);
  return new HoldfastError(code, `${message} ${outcome}`, { hint, cause: error });
}
