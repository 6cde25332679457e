import type { WorkerContainer, WorkerContainers } from '@holdfast/docker';
import { asHoldfastError, HoldfastError, silentReporter } from '@holdfast/runtime';
import type { CaptureContext, Exchange, RestoreReport } from '@holdfast/sources';
import type { z } from 'zod';
import type { Job, JobControl, WorkerPorts } from './job.ts';
import { type RemoteSettings, results, type Task } from './remote/protocol.ts';
import { type RemoteControl, runJob } from './remote/run-job.ts';
import { type BackupControl, type BackupJob, type BackupOutcome, runBackup } from './run-backup.ts';
import { type RestoreJob, runRestore } from './run-restore.ts';

/** A job on a source alone; no repository takes part. */
export type SourceJob = Pick<Job, 'operationId' | 'locator' | 'dataPath' | 'secrets'>;
type SourcePorts = Omit<WorkerPorts, 'engine' | 'now'>;

/** Carries out jobs: in this process, or in a helper container where this process does not see the source's files. */
export interface Worker {
  /** @throws HoldfastError as `runBackup` */
  backup(job: BackupJob, ports: WorkerPorts, control: BackupControl): Promise<BackupOutcome>;
  /** @throws HoldfastError as `runRestore` */
  restore(job: RestoreJob, ports: WorkerPorts, control: JobControl): Promise<RestoreReport>;
  /** As the source kind's own `cleanUp` and `revert`, where it has them. */
  cleanUp(job: SourceJob, ports: SourcePorts, control: JobControl): Promise<void>;
  revert(job: SourceJob, exchange: Exchange, ports: SourcePorts, control: JobControl): Promise<void>;
  /** Ends the helper containers that a dead process left at work: for one operation, or all. */
  purge(operationId?: string): Promise<void>;
}

export interface WorkerHelpers {
  readonly containers: WorkerContainers;
  readonly settings: RemoteSettings;
}

/** Errors that say that there is no engine here: then there are no helpers. */
const noEngine = new Set(['docker-unreachable', 'docker-permission-denied', 'docker-forbidden']);

/** How long bringing a source into order may take after its helper was lost. */
const repairWithinMs = 10 * 60_000;

/** @param helpers absent: every job runs in this process */
export function createWorker(helpers?: WorkerHelpers): Worker {
  async function elsewhere(
    task: Task,
    ports: SourcePorts,
    control: BackupControl,
  ): Promise<{ readonly result: unknown } | undefined> {
    const newName = task.verb === 'restore' ? task.newName : undefined;
    const folder = await ports.kind.hostFolder?.(task.locator, contextOf(task, ports, control), newName);
    if (folder === undefined || helpers === undefined) return undefined;
    // The source's own words say what is wrong, and what to do.
    if ((await helpers.containers.whyNot()) !== undefined) return undefined;
    return { result: await inHelper(helpers, { task, folder }, ports, control) };
  }

  const worker: Worker = {
    async backup(job, ports, control) {
      const { members: _members, ...named } = job;
      const done = await elsewhere({ verb: 'backup', ...named }, ports, control);
      return done === undefined ? runBackup(job, ports, control) : understand(results.backup, done.result);
    },
    async restore(job, ports, control) {
      const { members: _members, ...named } = job;
      const done = await elsewhere({ verb: 'restore', ...named }, ports, quiet(control));
      return done === undefined ? runRestore(job, ports, control) : understand(results.restore, done.result);
    },
    async cleanUp(job, ports, control) {
      if (ports.kind.cleanUp === undefined) return;
      // One that a dead process left may still be at it.
      if (ports.kind.hostFolder !== undefined) await worker.purge(job.operationId);
      const done = await elsewhere({ verb: 'clean-up', ...job }, ports, quiet(control));
      if (done !== undefined) return;
      await ports.kind.cleanUp(job.locator, job.operationId, contextOf(job, ports, control));
    },
    async revert(job, exchange, ports, control) {
      const done = await elsewhere({ verb: 'revert', ...job, exchange }, ports, quiet(control));
      if (done === undefined)
        await ports.kind.revert?.(job.locator, exchange, contextOf(job, ports, control));
    },
    async purge(operationId) {
      try {
        await helpers?.containers.purge(operationId);
      } catch (error) {
        if (!noEngine.has(asHoldfastError(error).code)) throw error;
      }
    },
  };
  return worker;
}

async function inHelper(
  helpers: WorkerHelpers,
  { task, folder }: { readonly task: Task; readonly folder: string },
  ports: SourcePorts,
  control: BackupControl,
): Promise<unknown> {
  const held: RemoteControl['held'] = new Map();
  try {
    const ending = await attempt(helpers, { task, folder }, ports, { ...control, held });
    if (ending.type === 'done') return ending.result;
    throw ending.error;
  } catch (error) {
    if (error instanceof LostHelper) {
      control.onLeftBehind();
      // What was stopped must not start on half of its files.
      if (task.verb === 'restore') await repair(helpers, { task, folder }, ports, control);
      throw error.cause;
    }
    throw error;
  } finally {
    for (const holding of held.values()) {
      const release = await holding.catch(() => undefined);
      await release?.();
    }
  }
}

/** The helper ended before it could say what it did. */
class LostHelper extends Error {}

async function attempt(
  { containers, settings }: WorkerHelpers,
  { task, folder }: { readonly task: Task; readonly folder: string },
  { kind, services }: SourcePorts,
  control: RemoteControl,
) {
  control.reporter.step('starting a helper container');
  const container = await containers.open(task.operationId, folder, reachedHere(task, settings));
  try {
    const defaultConsistency = services?.defaultConsistency;
    const order = { kind: kind.kind, settings, defaultConsistency, task };
    return await runJob(order, place(container), { ...control, ...(services && { services }) });
  } catch (error) {
    throw new LostHelper('lost', { cause: error });
  } finally {
    await container.remove();
  }
}

async function repair(
  helpers: WorkerHelpers,
  { task: { operationId, locator, dataPath }, folder }: { readonly task: Task; readonly folder: string },
  ports: SourcePorts,
  { reporter }: JobControl,
): Promise<void> {
  const task = { verb: 'clean-up' as const, operationId, locator, dataPath };
  const signal = AbortSignal.timeout(repairWithinMs);
  const control = { reporter: silentReporter, signal, onLeftBehind: () => {}, held: new Map() };
  const { services: _services, ...without } = ports;
  const ended = await attempt(helpers, { task, folder }, without, control).catch(() => undefined);
  if (ended?.type === 'done') return;
  reporter.log('error', 'What the lost helper container left could not be brought into order.');
}

function place(container: WorkerContainer) {
  return {
    run: ({ input, output, signal }: Parameters<Parameters<typeof runJob>[1]['run']>[0]) =>
      container.run({ input: { readable: input }, output: { writable: output }, signal }),
  };
}

/** Paths of this process that the job needs. */
function reachedHere(task: Task, { dockerHost = 'unix:///var/run/docker.sock' }: RemoteSettings): string[] {
  const location = 'repository' in task ? task.repository.access.location : '';
  return [
    ...(dockerHost.startsWith('unix://') ? [dockerHost.slice('unix://'.length)] : []),
    ...(location.startsWith('/') ? [location] : []),
  ];
}

function contextOf(job: SourceJob, { docker, services }: SourcePorts, control: JobControl): CaptureContext {
  const { operationId, dataPath, secrets } = job;
  return {
    ...(docker === undefined ? {} : { docker }),
    ...(services === undefined ? {} : { services }),
    ...(secrets === undefined ? {} : { secrets }),
    operationId,
    dataPath,
    reporter: control.reporter,
    signal: control.signal,
  };
}

function understand<Schema extends z.ZodType>(schema: Schema, result: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new HoldfastError('internal', 'The worker in a helper container gave a result of another form.');
}

function quiet(control: JobControl): BackupControl {
  return { onLeftBehind: () => {}, ...control };
}
