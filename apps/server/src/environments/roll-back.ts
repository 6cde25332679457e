import { restoreResultSchema } from '@holdfast/contracts';
import { type DataPathPolicy, type DockerHost, type MadeThings, removeMade } from '@holdfast/docker';
import { asHoldfastError, HoldfastError, type Reporter } from '@holdfast/runtime';
import type { Exchange } from '@holdfast/sources';
import type { Worker } from '@holdfast/worker';
import { z } from 'zod';
import type { StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RecoveryPointsService } from '../recovery-points/recovery-points.service.ts';
import type { JournalEntry, RestoreJournal } from '../restores/restore-journal.ts';
import type { RestoresService } from '../restores/restores.service.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { PlannedMember } from './restore-plan.rules.ts';
import { shellWord } from './shell-words.ts';

export interface RollBackParts {
  readonly sources: Pick<SourcesService, 'get' | 'kindOf' | 'secretsOf'>;
  readonly restores: Pick<RestoresService, 'cleanUp' | 'announced' | 'perform'>;
  readonly operations: Pick<OperationsService, 'parts'>;
  readonly recoveryPoints: Pick<RecoveryPointsService, 'get'>;
  readonly docker: DockerHost;
  readonly worker: Pick<Worker, 'revert'>;
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
    if (part.state !== 'succeeded') await parts.restores.cleanUp(source, part.id);
    const exchange = await exchangeOf(context, part);
    if (exchange !== undefined) await undo(context, source, exchange, safety);
    await journal.write({ type: 'reverted', sourceId: member.sourceId });
  });
}

async function partOf({ parts, operationId }: RollBack, member: PlannedMember) {
  const all: readonly StoredOperation[] = await parts.operations.parts(operationId);
  return all.findLast(
    ({ kind, role, source }) => kind === 'restore' && role === 'part' && source?.id === member.sourceId,
  );
}

/** By its report; of a part that died, by what it was about to do. Undefined when it exchanged nothing. */
async function exchangeOf({ parts }: RollBack, part: StoredOperation): Promise<Exchange | undefined> {
  return part.state === 'succeeded'
    ? restoreResultSchema.parse(part.result)
    : parts.restores.announced(part.id);
}

/** What was exchanged goes back; where the kind of source cannot do that, by the safety snapshot. */
async function undo(
  { parts, operationId, reporter }: RollBack,
  source: StoredSource,
  { restored, previous }: Exchange,
  safety: string | undefined,
): Promise<void> {
  const { sources, restores, docker, worker, dataPath } = parts;
  const control = { reporter, signal: new AbortController().signal };
  const kind = sources.kindOf(source);
  if (kind.revert !== undefined) {
    const secrets = await sources.secretsOf(source);
    const job = { operationId, locator: source.locator, dataPath, secrets };
    await worker.revert(job, { restored, previous }, { kind, docker }, control);
    return;
  }
  if (safety === undefined) {
    throw new HoldfastError(
      'restore-failed',
      `There is no safety snapshot of it. What it held before: ${previous.join(', ') || 'nothing'}.`,
    );
  }
  await restores.perform(operationId, { snapshotId: safety, mode: 'swap' }, control);
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
