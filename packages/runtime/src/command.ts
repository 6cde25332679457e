import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createCapture, createTail } from './bounded-output.ts';
import { withGuard } from './guard.ts';
import { HoldfastError } from './holdfast-error.ts';
import { inheritedEnvironment } from './inherited-environment.ts';
import { killAtExit } from './kill-at-exit.ts';
import { createLineSplitter } from './line-splitter.ts';
import type {
  ProcessInput,
  ProcessOutput,
  ProcessResult,
  ProcessSpec,
  RunningProcess,
} from './process-spec.ts';
import { redact, revealEnvironment, Secret } from './secret.ts';

const tailBytes = 64 * 1024;
const defaultKillGraceMs = 5000;

/**
 * Starts a child process in a process group of its own. It inherits a short list of variables and the
 * descriptors that are named, nothing else; its output is never buffered without a bound.
 * @throws HoldfastError `program-missing`, `internal` when it cannot be started, `cancelled` when the signal is
 *   aborted already
 */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  if (spec.signal?.aborted) throw cancelled(spec);
  const command = spec.guarded === true ? withGuard(spec) : spec;
  const child = spawn(command.program, command.arguments, {
    env: { ...inheritedEnvironment(), ...revealEnvironment(spec.environment ?? {}) },
    cwd: spec.workingDirectory,
    stdio: [stdinOf(spec.stdin), stdoutOf(spec.stdout), 'pipe', ...furtherDescriptors(spec)],
    // A session and group of its own: a signal to the group reaches the descendants too.
    detached: true,
  });
  const exited = once(child, 'exit').then(nothing, nothing);
  // Unlike the end of the process this means that its output was read to the end.
  const closed = once(child, 'close').then(nothing, nothing);
  const output = receiveOutput(child, spec);
  const delivery = connectStreams(child, spec);
  const { pid } = child;
  if (pid === undefined) {
    const [cause]: unknown[] = await once(child, 'error');
    throw startFailure(spec, cause);
  }

  const kill = (signal: NodeJS.Signals) => signalGroup(pid, signal);
  if (spec.guarded === true) endWithItsGuard(child, kill);
  const stop = stopWhenAsked(spec, kill, output.overflowed);
  const release = killAtExit(pid);
  const finish = async (): Promise<ProcessResult> => {
    await closed;
    stop.settle();
    release();
    const error = stop.reason() ?? (await delivery);
    if (error !== undefined) throw error;
    return {
      exitCode: child.exitCode ?? undefined,
      signal: child.signalCode ?? undefined,
      ...output.result(),
    };
  };
  const done = finish();
  // Whoever started it may look at `done` only later; a failure until then must not end this program.
  done.catch(nothing);
  return { pid, done, exited, outputClosed: output.closed, kill };
}

/** Starts a process and waits for its end; see `startProcess`. */
export async function runProcess(spec: ProcessSpec): Promise<ProcessResult> {
  const running = await startProcess(spec);
  return running.done;
}

function stdinOf(input: ProcessInput | undefined) {
  if (input === undefined) return 'ignore';
  return 'descriptor' in input ? input.descriptor : 'pipe';
}

function stdoutOf(output: ProcessOutput | undefined) {
  return output !== undefined && 'descriptor' in output ? output.descriptor : 'pipe';
}

function furtherDescriptors({ guarded, descriptors = [] }: ProcessSpec) {
  if (guarded !== true) return descriptors;
  if (descriptors.length > 0) throw new Error('A guarded process cannot be given descriptors.');
  // Nothing is ever written to it; that it closes is what counts.
  return ['pipe' as const];
}

function endWithItsGuard(child: ChildProcess, kill: (signal: NodeJS.Signals) => void): void {
  child.once('exit', (_, signal) => {
    // Its guard was killed by somebody: nobody would learn how the command ends.
    if (signal !== null) kill('SIGKILL');
  });
}

/** What the child writes, as far as it stays in this process. */
function receiveOutput(child: ChildProcess, spec: ProcessSpec) {
  const secrets = Object.values(spec.environment ?? {}).filter((value) => value instanceof Secret);
  const stdoutTail = createTail(tailBytes);
  const stderrTail = createTail(tailBytes);
  const limit =
    spec.stdout !== undefined && 'captureBytes' in spec.stdout ? spec.stdout.captureBytes : undefined;
  const capture = createCapture(limit ?? 0);
  const overflowed = Promise.withResolvers<void>();
  const onLine = spec.stdout !== undefined && 'onLine' in spec.stdout ? spec.stdout.onLine : undefined;
  const closed =
    spec.stdout !== undefined && 'writable' in spec.stdout
      ? once(child, 'close').then(nothing, nothing)
      : receive(child.stdout, onLine, (chunk) => {
          stdoutTail.push(chunk);
          if (limit !== undefined && !capture.push(chunk)) overflowed.resolve();
        });
  const { onStderrLine } = spec;
  void receive(child.stderr, onStderrLine && ((line) => onStderrLine(redact(line, secrets))), (chunk) =>
    stderrTail.push(chunk),
  );
  return {
    closed,
    overflowed: overflowed.promise,
    result: () => ({
      stdout: capture.content(),
      stdoutTail: redact(stdoutTail.text(), secrets),
      stderrTail: redact(stderrTail.text(), secrets),
    }),
  };
}

/** Reads a pipe of the child to its end; there is none when it went to a descriptor. */
async function receive(
  stream: Readable | null,
  onLine: ((line: string) => void) | undefined,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  if (stream === null) return;
  const lines = onLine && createLineSplitter(onLine);
  stream.on('data', (chunk: Buffer) => {
    onChunk(chunk);
    lines?.push(chunk);
  });
  stream.on('end', () => lines?.end());
  await once(stream, 'close').then(nothing, nothing);
}

/** Moves the streams of this process that the child reads and writes. Resolves with what went wrong. */
async function connectStreams(child: ChildProcess, spec: ProcessSpec): Promise<HoldfastError | undefined> {
  const feed = async () => {
    if (child.stdin === null) return;
    if (spec.stdin !== undefined && 'readable' in spec.stdin)
      await feedFrom(spec.stdin.readable, child.stdin);
    if (spec.stdin !== undefined && 'bytes' in spec.stdin) await pipeline([spec.stdin.bytes], child.stdin);
  };
  const drain = async () => {
    if (child.stdout === null || spec.stdout === undefined || !('writable' in spec.stdout)) return;
    await pipeline(child.stdout, spec.stdout.writable);
  };
  const [fed, drained] = await Promise.allSettled([feed(), drain()]);
  // A child need not read all of its input; everything else that breaks means lost data.
  if (fed.status === 'rejected' && !isBrokenPipe(fed.reason))
    return undelivered(spec, 'input of', fed.reason);
  if (drained.status === 'rejected') return undelivered(spec, 'output of', drained.reason);
  return undefined;
}

/** An input that never ends by itself must not turn the end of its reader into an error. */
async function feedFrom(readable: Readable, stdin: Writable): Promise<void> {
  let readerLeftFirst = false;
  stdin.once('close', () => {
    readerLeftFirst = !readable.destroyed;
  });
  try {
    await pipeline(readable, stdin);
  } catch (error) {
    if (!readerLeftFirst) throw error;
  }
}

/** Ends the child on cancellation, timeout or too much output: SIGTERM, and SIGKILL to what is still there. */
function stopWhenAsked(spec: ProcessSpec, kill: (signal: NodeJS.Signals) => void, overflowed: Promise<void>) {
  let reason: HoldfastError | undefined;
  let settled = false;
  const timers: NodeJS.Timeout[] = [];
  const stop = (error: HoldfastError) => {
    if (reason !== undefined || settled) return;
    reason = error;
    kill('SIGTERM');
    timers.push(setTimeout(kill, spec.killGraceMs ?? defaultKillGraceMs, 'SIGKILL'));
  };
  const onAbort = () => stop(cancelled(spec));
  spec.signal?.addEventListener('abort', onAbort);
  if (spec.timeoutMs !== undefined) {
    timers.push(setTimeout(() => stop(timedOut(spec)), spec.timeoutMs));
  }
  void overflowed.then(() => {
    stop(new HoldfastError('internal', `${spec.program} wrote more than could be captured.`));
  });
  return {
    reason: () => reason,
    settle() {
      settled = true;
      for (const timer of timers) clearTimeout(timer);
      spec.signal?.removeEventListener('abort', onAbort);
      // Descendants that closed their output may have outlived it.
      if (reason !== undefined) kill('SIGKILL');
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}

function cancelled(spec: ProcessSpec): HoldfastError {
  const reason: unknown = spec.signal?.reason;
  return reason instanceof HoldfastError
    ? reason
    : new HoldfastError('cancelled', `${spec.program} was stopped.`);
}

function timedOut(spec: ProcessSpec): HoldfastError {
  return new HoldfastError('timed-out', `${spec.program} took longer than ${spec.timeoutMs} ms.`);
}

function startFailure(spec: ProcessSpec, cause: unknown): HoldfastError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new HoldfastError(
    missing ? 'program-missing' : 'internal',
    `Cannot start ${spec.program}: ${words(cause)}`,
    {
      cause,
    },
  );
}

function undelivered(spec: ProcessSpec, which: string, cause: unknown): HoldfastError {
  return new HoldfastError('internal', `The ${which} ${spec.program} broke off: ${words(cause)}`, { cause });
}

function words(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function isBrokenPipe(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EPIPE' || cause.code === 'ECONNRESET');
}

function nothing(): void {}
