import type { Readable, Writable } from 'node:stream';
import { asHoldfastError, HoldfastError, type Reporter } from '@holdfast/runtime';
import type { ServiceKeeper } from '@holdfast/sources';
import type { JobControl, WorkerPorts } from '../job.ts';
import { runBackup } from '../run-backup.ts';
import { runRestore } from '../run-restore.ts';
import { failureOf } from './failure.ts';
import { readLines } from './lines.ts';
import { type FromWorker, type Order, orderSchema, toWorkerSchema, type WorkerRequest } from './protocol.ts';

type Waiting = PromiseWithResolvers<void>;
type Unnumbered<Line> = Line extends WorkerRequest ? Omit<Line, 'request'> : never;
/** Resolves with the number of the request when it was granted. */
type Ask = (request: Unnumbered<WorkerRequest>) => Promise<number>;

/**
 * The worker's side: reads one order, carries it out, says how it went. Whatever happens, that is the last line; when
 * the other side goes away, the job is cancelled.
 * @param makePorts what the order is carried out with; here, where the worker is
 */
export async function serveJob(
  input: Readable,
  output: Writable,
  makePorts: (order: Order) => Omit<WorkerPorts, 'services'>,
): Promise<void> {
  const say = (line: FromWorker) => void output.write(`${JSON.stringify(line)}\n`);
  const cancelled = new AbortController();
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const ask: Ask = async (asked) => {
    last += 1;
    const request = last;
    const answer = Promise.withResolvers<void>();
    waiting.set(request, answer);
    say({ ...asked, request });
    await answer.promise;
    return request;
  };
  const lines = readLines(input);
  try {
    const first = await lines.next();
    const order = orderSchema.parse(first.value);
    void listen(lines, waiting, cancelled);
    const services = remoteServices(order, ask);
    const ports = { ...makePorts(order), ...(services === undefined ? {} : { services }) };
    const control: JobControl = {
      reporter: reporterTo(say),
      signal: cancelled.signal,
      willExchange: async (exchange) => void (await ask({ type: 'exchange', exchange })),
    };
    const result = await carryOut(order, ports, control, say);
    say({ type: 'done', result });
  } catch (error) {
    const { code, message, hint } = asHoldfastError(error);
    say({ type: 'failed', failure: { code, detail: message, hint } });
  }
}

async function carryOut(
  { task }: Order,
  ports: WorkerPorts,
  control: JobControl,
  say: (line: FromWorker) => void,
): Promise<unknown> {
  switch (task.verb) {
    case 'backup':
      return runBackup(task, ports, { ...control, onLeftBehind: () => say({ type: 'left-behind' }) });
    case 'restore':
      return runRestore(task, ports, control);
    case 'clean-up':
      return ports.kind.cleanUp?.(task.locator, task.operationId, { ...ports, ...task, ...control });
    case 'revert':
      return ports.kind.revert?.(task.locator, task.exchange, { ...ports, ...task, ...control });
  }
}

/** Hears answers, and the end: without the other side nobody would start again what the job stops. */
async function listen(
  lines: AsyncGenerator,
  waiting: ReadonlyMap<number, Waiting>,
  cancelled: AbortController,
): Promise<void> {
  try {
    for await (const line of lines) {
      const answer = toWorkerSchema.parse(line);
      if (answer.type === 'cancel') cancelled.abort(stopped());
      else if (answer.type === 'granted') waiting.get(answer.request)?.resolve();
      else waiting.get(answer.request)?.reject(failureOf(answer.failure));
    }
  } catch {
    // Nothing that comes now can be trusted.
  }
  cancelled.abort(stopped());
  for (const { reject } of waiting.values()) reject(stopped());
}

function stopped(): HoldfastError {
  return new HoldfastError('cancelled', 'The operation was cancelled.');
}

function reporterTo(say: (line: FromWorker) => void): Reporter {
  return {
    step: (name) => say({ type: 'step', name }),
    progress: ({ bytesDone, bytesTotal }) => say({ type: 'progress', bytesDone, bytesTotal }),
    log: (level, message) => say({ type: 'log', level, message }),
  };
}

/** Stopping and starting is left to the Holdfast that remembers it after a crash. */
function remoteServices({ defaultConsistency }: Order, ask: Ask): ServiceKeeper | undefined {
  if (defaultConsistency === undefined) return undefined;
  return {
    defaultConsistency,
    async hold({ containers, action }) {
      const named = containers.map((container) => ({ id: container.id, name: container.name }));
      const hold = await ask({ type: 'hold', action, containers: named });
      let releasing: Promise<unknown> | undefined;
      return async () => {
        // When the other side is gone, its next start lets them go on.
        await (releasing ??= ask({ type: 'release', hold }).catch(() => {}));
      };
    },
  };
}
