import { PassThrough } from 'node:stream';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { ServiceKeeper } from '@holdfast/sources';
import type { BackupControl } from '../run-backup.ts';
import { failureOf } from './failure.ts';
import { readLines } from './lines.ts';
import {
  encodeOrder,
  type FromWorker,
  fromWorkerSchema,
  type Order,
  type ToWorker,
  type WorkerRequest,
} from './protocol.ts';

/** Where a worker runs: its program, joined to two streams. */
export interface WorkerPlace {
  /**
   * Runs the program until it ends. The input stays open until then.
   * @throws HoldfastError when the connection was cut, or `signal` was aborted
   */
  run(streams: { input: PassThrough; output: PassThrough; signal: AbortSignal }): Promise<{
    readonly exitCode: number;
    readonly stderr: string;
  }>;
}

export interface RemoteControl extends BackupControl {
  readonly services?: ServiceKeeper;
  /** What the job stopped and has not let go. It belongs to the caller, also when this rejects. */
  readonly held: Map<number, Promise<() => Promise<void>>>;
}

export type Ending =
  | { readonly type: 'done'; readonly result?: unknown }
  | { readonly type: 'failed'; readonly error: HoldfastError };

/** How long a job may take to bring things into order after it was cancelled. */
const cancelGraceMs = 30_000;

/**
 * Lets a worker carry out an order, and passes on what it says.
 * @throws HoldfastError when the worker ended without a word: then nothing is known of what it did
 */
export async function runJob(order: Order, place: WorkerPlace, control: RemoteControl): Promise<Ending> {
  const input = new PassThrough();
  const output = new PassThrough();
  const cut = new AbortController();
  const send = (line: ToWorker) => void input.write(`${JSON.stringify(line)}\n`);
  let patience: NodeJS.Timeout | undefined;
  const cancel = () => {
    send({ type: 'cancel' });
    patience ??= setTimeout(() => cut.abort(), cancelGraceMs);
  };
  input.write(encodeOrder(order));
  if (control.signal.aborted) cancel();
  control.signal.addEventListener('abort', cancel, { once: true });
  const running = place.run({ input, output, signal: cut.signal });
  // What it says is read to the end first; that it was cut off shows there, too.
  running.catch(() => output.end());
  try {
    const ending = await hear(output, order, send, control).catch(async (error: unknown) => {
      // Where the connection was cut, it knows why.
      if (!(error instanceof HoldfastError)) await running;
      throw error;
    });
    if (ending !== undefined) {
      input.end();
      await running.catch(() => {});
      return ending;
    }
    const { exitCode, stderr } = await running;
    throw new HoldfastError(
      'container-lost',
      `The worker in a helper container ended with exit code ${exitCode} and without a word. ${stderr}`.trim(),
    );
  } finally {
    clearTimeout(patience);
    control.signal.removeEventListener('abort', cancel);
    cut.abort();
    input.destroy();
  }
}

async function hear(
  output: PassThrough,
  order: Order,
  send: (line: ToWorker) => void,
  control: RemoteControl,
): Promise<Ending | undefined> {
  const { reporter } = control;
  for await (const line of readLines(output)) {
    const said = parse(line);
    switch (said.type) {
      case 'step':
        reporter.step(said.name);
        break;
      case 'progress':
        reporter.progress(said);
        break;
      case 'log':
        reporter.log(said.level, said.message);
        break;
      case 'left-behind':
        control.onLeftBehind();
        break;
      case 'hold':
      case 'release':
      case 'exchange':
        void answer(said, order, send, control);
        break;
      case 'done':
        return said;
      case 'failed':
        return { type: 'failed', error: failureOf(said.failure) };
    }
  }
  return undefined;
}

async function answer(
  said: WorkerRequest,
  order: Order,
  send: (line: ToWorker) => void,
  control: RemoteControl,
): Promise<void> {
  const { request } = said;
  try {
    await grant(said, order, control);
    send({ type: 'granted', request });
  } catch (error) {
    const { code, message, hint } = asHoldfastError(error);
    send({ type: 'refused', request, failure: { code, detail: message, hint } });
  }
}

async function grant(said: WorkerRequest, { task }: Order, control: RemoteControl): Promise<void> {
  const { services, reporter, held, willExchange } = control;
  switch (said.type) {
    case 'hold': {
      if (services === undefined) throw new HoldfastError('internal', 'Nothing may be stopped.');
      const { request, action, containers } = said;
      const holding = services.hold({ operationId: task.operationId, containers, action, reporter });
      held.set(request, holding);
      await holding.catch((error: unknown) => {
        held.delete(request);
        throw error;
      });
      return;
    }
    case 'release': {
      const letGo = await held.get(said.hold);
      await letGo?.();
      held.delete(said.hold);
      return;
    }
    case 'exchange':
      return willExchange?.(said.exchange);
  }
}

function parse(line: unknown): FromWorker {
  const parsed = fromWorkerSchema.safeParse(line);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown' };
  throw new HoldfastError(
    'internal',
    `The worker said what this version does not understand (${path.join('.')}: ${message}).`,
  );
}
