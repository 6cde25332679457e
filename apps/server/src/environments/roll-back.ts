import { type RestoreResult, restoreResultSchema } from '@holdfast/contracts';
import { type DataPathPolicy, type DockerHost, type MadeThings, removeMade } from '@holdfast/docker';
import { asHoldfastError, type Reporter } from '@holdfast/runtime';
import type { Worker } from '@holdfast/worker';
import { z } from 'zod';
import type { StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RecoveryPointsService } from '../recovery-points/recovery-points.service.ts';
import type { RestoresService } from '../restores/restores.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { JournalEntry, RestoreJournal } from './restore-journal.ts';
import type { PlannedMember } from './restore-plan.rules.ts';
import { shellWord } from './shell-words.ts';

export interface RollBackParts {
  readonly sources: SourcesService;
  readonly restores: RestoresService;
  readonly operations: OperationsService;
  readonly recoveryPoints: RecoveryPointsService;
  readonly docker: DockerHost;
  readonly worker: Worker;
  readonly dataPath: DataPathPolicy;
}

/** What could not be put back, in a sentence, and the commands that finish it by hand. */
export interface Leftover {
  readonly detail: string;
  readonly commands: readonly string[];
}

/** What depends on a container is started after it was given this long to become healthy. */
const healthyAgainWithinMs = 60_000;

const madeSchema: z.ZodType<MadeThings> = z.object({
  folders: z.array(z.string()),
  files: z.array(z.string()),
  networks: z.array(z.string()),
  volumes: z.array(z.string()),
  containers: z.array(z.string()),
});

type Begun = Extract<JournalEntry, { type: 'begun' }>;
type Of<Type extends JournalEntry['type']> = Extract<JournalEntry, { type: Type }>;

/**
 * Brings an environment back to the state before a restore, by its journal: stops what it started, takes back each
 * member in the opposite order, removes what it made, and starts what ran before. Goes on after a failure. Not to be
 * cancelled; safe to repeat.
 *
 * @returns what could not be put back; empty when all is as it was
 */
export async function rollBack(
  parts: RollBackParts,
  journal: RestoreJournal,
  operationId: string,
  reporter: Reporter,
): Promise<Leftover[]> {
  const begun = entriesOf(journal, 'begun')[0];
  if (begun === undefined || entriesOf(journal, 'rolled-back').length > 0) return [];
  const left: Leftover[] = [];
  const attempt = async (leftover: Leftover, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const { message } = asHoldfastError(error);
      reporter.log('error', `${leftover.detail} ${message}`);
      left.push({ ...leftover, detail: `${leftover.detail} (${message})` });
    }
  };
  await journal.write({ type: 'rolling-back' });
  const context = { parts, journal, begun, operationId, reporter, attempt };
  await stopStarted(context, (name) => !begun.databases.includes(name));
  for (const entry of entriesOf(journal, 'restoring').toReversed()) await takeBack(context, entry);
  // A database that ran before goes on running.
  await stopStarted(context, (name) => begun.databases.includes(name) && !begun.ran.includes(name));
  await removeAllMade(context);
  await startAgain(context);
  if (left.length === 0) await journal.write({ type: 'rolled-back' });
  return left;
}

interface RollBack {
  readonly parts: RollBackParts;
  readonly journal: RestoreJournal;
  readonly begun: Begun;
  readonly operationId: string;
  readonly reporter: Reporter;
  readonly attempt: (leftover: Leftover, work: () => Promise<void>) => Promise<void>;
}

function entriesOf<Type extends JournalEntry['type']>(journal: RestoreJournal, type: Type): Of<Type>[] {
  return journal.entries.filter((entry): entry is Of<Type> => entry.type === type);
}

async function stopStarted(
  { parts, journal, reporter, attempt }: RollBack,
  which: (name: string) => boolean,
): Promise<void> {
  const started = new Set(entriesOf(journal, 'starting').map(({ container }) => container));
  for (const name of [...started].toReversed().filter(which)) {
    await attempt(
      { detail: `${name} could not be stopped.`, commands: [`docker stop ${shellWord(name)}`] },
      async () => {
        const status = await parts.docker.lifecycle.status(name).catch((error: unknown) => {
          if (asHoldfastError(error).code === 'container-not-found') return undefined;
          throw error;
        });
        if (status === undefined || !(status.running || status.paused)) return;
        reporter.step(`stopping ${name}`);
        await parts.docker.lifecycle.stop(name);
      },
    );
  }
}

/** The data of one member. A part that failed kept its promise: what was there before serves. */
async function takeBack(context: RollBack, { member, allMade }: Of<'restoring'>): Promise<void> {
  const { parts, journal, reporter, attempt } = context;
  // It goes with the container and the volumes that were made for it.
  if (allMade && member.container !== undefined) return;
  if (entriesOf(journal, 'reverted').some(({ sourceId }) => sourceId === member.sourceId)) return;
  const part = await partOf(context, member);
  if (part?.startedAt === undefined || part.state === 'failed' || part.state === 'cancelled') return;
  const safety = await safetySnapshot(context, member);
  const leftover = {
    detail: `${member.source} holds the restored data, or part of it.`,
    commands:
      safety === undefined ? [] : [`holdfast restore ${shellWord(member.source)} ${shellWord(safety)} --yes`],
  };
  reporter.step(`taking back ${member.source}`);
  await attempt(leftover, async () => {
    const source = await parts.sources.get(member.sourceId);
    const report = part.state === 'succeeded' ? restoreResultSchema.parse(part.result) : undefined;
    if (report === undefined) await parts.restores.cleanUp(source, part.id);
    if (allMade && report === undefined) return;
    if (report === undefined || !(await revert(context, member, report))) {
      if (safety === undefined) {
        throw new Error(
          'There is no safety snapshot of it. What it held before may lie beside it, under its name with "before" and the time.',
        );
      }
      const params = { snapshotId: safety, mode: 'swap' as const };
      await parts.restores.perform(context.operationId, params, {
        reporter,
        signal: new AbortController().signal,
      });
    }
    await journal.write({ type: 'reverted', sourceId: member.sourceId });
  });
}

async function partOf({ parts, operationId }: RollBack, member: PlannedMember) {
  const all: readonly StoredOperation[] = await parts.operations.parts(operationId);
  return all.findLast(
    ({ kind, role, source }) => kind === 'restore' && role === 'part' && source?.id === member.sourceId,
  );
}

/** @returns false where its kind has no such way */
async function revert(
  { parts, operationId, reporter }: RollBack,
  member: PlannedMember,
  report: RestoreResult,
): Promise<boolean> {
  const { sources, docker, worker, dataPath } = parts;
  const source = await sources.get(member.sourceId);
  const kind = sources.kindOf(source);
  if (kind.revert === undefined) return false;
  const { verifiedHashes, ...given } = report;
  await worker.revert(
    { operationId, locator: source.locator, dataPath, secrets: await sources.secretsOf(source) },
    { ...given, ...(verifiedHashes === undefined ? {} : { verifiedHashes }) },
    { kind, docker },
    { reporter, signal: new AbortController().signal },
  );
  return true;
}

async function safetySnapshot(
  { parts, begun }: RollBack,
  member: PlannedMember,
): Promise<string | undefined> {
  if (begun.safetyPointId === undefined) return undefined;
  const point = await parts.recoveryPoints.get(begun.safetyPointId).catch(() => undefined);
  return point?.members.find(({ sourceId }) => sourceId === member.sourceId)?.snapshotId;
}

async function removeAllMade({ parts, journal, reporter, attempt }: RollBack): Promise<void> {
  for (const entry of entriesOf(journal, 'making')) {
    const made = madeSchema.parse(entry.made);
    reporter.step('removing what was made');
    const commands = [
      ...made.containers.map((name) => `docker rm -f ${shellWord(name)}`),
      ...made.volumes.map((name) => `docker volume rm ${shellWord(name)}`),
      ...made.networks.map((name) => `docker network rm ${shellWord(name)}`),
    ];
    await attempt({ detail: 'Not all that was made could be removed.', commands }, () =>
      removeMade(parts.docker, made),
    );
  }
}

/** Only what ran before, in the order of dependency. Whether it is healthy is told, and changes nothing any more. */
async function startAgain({ parts, begun, reporter, attempt }: RollBack): Promise<void> {
  const { lifecycle } = parts.docker;
  const order = [...begun.start, ...begun.ran.filter((name) => !begun.start.includes(name))];
  for (const name of order.filter((one) => begun.ran.includes(one))) {
    await attempt(
      { detail: `${name} ran before and does not now.`, commands: [`docker start ${shellWord(name)}`] },
      async () => {
        if (!(await lifecycle.status(name)).running) {
          reporter.step(`starting ${name}`);
          await lifecycle.start(name);
        }
        const options = { signal: new AbortController().signal, timeoutMs: healthyAgainWithinMs };
        await lifecycle.untilReady(name, options).catch((error: unknown) => {
          const { code, message } = asHoldfastError(error);
          if (code !== 'container-unhealthy') throw error;
          reporter.log('warn', message);
        });
      },
    );
  }
}

/** What is left to do, for a person. */
export function describeLeftovers(left: readonly Leftover[]): string {
  const commands = [...new Set(left.flatMap(({ commands }) => commands))];
  const finish =
    commands.length === 0 ? '' : `\nTo finish by hand:\n${commands.map((one) => `  ${one}`).join('\n')}`;
  return `${left.map(({ detail }) => detail).join(' ')}${finish}`;
}
