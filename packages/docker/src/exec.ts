import { Duplex, type Readable, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTail, HoldfastError, redact, revealEnvironment, Secret, type Tail } from '@holdfast/runtime';
import { z } from 'zod';
import { demultiplex } from './demultiplex.ts';
import { readFrom, writeTo } from './descriptor-streams.ts';
import {
  type CommandInput,
  type CommandOutput,
  type CommandResult,
  type ContainerCommand,
  capturedOutputLimit,
} from './docker-host.ts';
import { type EngineApi, enginePath } from './engine-api.ts';
import { engineError } from './engine-errors.ts';
import { openExecStream } from './exec-stream.ts';

const stderrTailLimit = 64 * 1024;
/** The engine closes the stream a moment before it knows the exit code. */
const exitCodePatienceMs = 10_000;

const createdSchema = z.object({ Id: z.string() });
const stateSchema = z.object({ Running: z.boolean(), ExitCode: z.number().nullish() });

/** Runs a command by the engine's exec; see `DockerHost.exec` for the contract. */
export async function execInContainer(
  api: EngineApi,
  container: string,
  command: ContainerCommand,
): Promise<CommandResult> {
  const deadline = command.timeoutMs === undefined ? undefined : AbortSignal.timeout(command.timeoutMs);
  const signal = AbortSignal.any([command.signal, deadline].filter((one) => one !== undefined));
  const secrets = Object.values(command.environment ?? {}).filter((value) => value instanceof Secret);

  let stream: Readable | Duplex | undefined;
  const stop = () => stream?.destroy(new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const made = await api.json('POST', enginePath`/containers/${container}/exec`, {
      body: {
        Cmd: [...command.command],
        AttachStdout: true,
        AttachStderr: true,
        AttachStdin: command.input !== undefined,
        ...(command.user === undefined ? {} : { User: command.user }),
        Env: Object.entries(revealEnvironment(command.environment ?? {})).map(
          ([name, value]) => `${name}=${value}`,
        ),
      },
    });
    const { Id: execId } = createdSchema.parse(made);
    stream = await openExecStream(api, execId, command.input !== undefined);
    if (signal.aborted) stop();
    if (command.input !== undefined && stream instanceof Duplex) void feed(command.input, stream);
    const { stdout, stderr } = await collect(stream, command.output, signal);
    const exitCode = await exitCodeOf(api, execId);
    const words = redact(stderr.text(), secrets);
    if (isMissingProgram(exitCode, `${words}${stdout.subarray(0, 4096).toString()}`)) {
      throw new HoldfastError(
        'container-command-missing',
        `The container ${container} has no program "${command.command[0]}".`,
      );
    }
    return { exitCode, stdout, stderr: words };
  } catch (error) {
    if (deadline?.aborted) {
      throw new HoldfastError(
        'timed-out',
        `"${command.command[0]}" in container ${container} took too long.`,
      );
    }
    if (command.signal?.aborted) throw new HoldfastError('cancelled', 'The operation was cancelled.');
    throw stream === undefined
      ? engineError(error, `run "${command.command[0]}" in container ${container}`)
      : lost(error, container, command.command[0]);
  } finally {
    signal.removeEventListener('abort', stop);
    stream?.destroy();
  }
}

function lost(error: unknown, container: string, program: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new HoldfastError(
    'container-lost',
    `The connection to "${program}" in container ${container} was cut before its end: ${words}.`,
    { cause: error },
  );
}

/**
 * Never rejects: a command may end without reading all of its input, so only the output's end matters. But
 * an input that fails must not look like one that ended: the connection is cut, and `collect` reports it.
 */
async function feed(input: CommandInput, stream: Duplex): Promise<void> {
  const readable = 'readable' in input ? input.readable : readFrom(input.descriptor);
  try {
    for await (const chunk of readable) {
      if (stream.write(chunk)) continue;
      const stillOpen = await drained(stream).then(
        () => true,
        () => false,
      );
      if (!stillOpen) return;
    }
    // Half-close: the command sees the end of its input, its output goes on.
    if (!input.endsItself) stream.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

async function collect(
  stream: Readable,
  output: CommandOutput | undefined,
  signal: AbortSignal,
): Promise<{ stdout: Buffer; stderr: Tail }> {
  const stderr = createTail(stderrTailLimit);
  const captured: Buffer[] = [];
  let capturedBytes = 0;
  const sink =
    output === undefined ? undefined : 'writable' in output ? output.writable : writeTo(output.descriptor);
  // Closing the connection alone would not end a wait for a reader that does not read on.
  const giveUp = () => sink?.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    for await (const frame of demultiplex(stream)) {
      if (frame.output === 'stderr') {
        stderr.push(frame.data);
      } else if (sink !== undefined) {
        if (!sink.write(frame.data)) await drained(sink);
      } else {
        capturedBytes += frame.data.length;
        if (capturedBytes > capturedOutputLimit) {
          throw new HoldfastError(
            'docker-failed',
            'The command wrote more output than can be held in memory.',
          );
        }
        captured.push(Buffer.from(frame.data));
      }
    }
    if (sink !== undefined) await ended(sink);
  } catch (error) {
    sink?.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  return { stdout: Buffer.concat(captured), stderr };
}

function drained(sink: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      sink.off('drain', settle).off('close', settle);
      if (sink.destroyed) reject(sink.errored ?? new Error('the reader of the data went away'));
      else resolve();
    };
    sink.on('drain', settle).on('close', settle);
    if (sink.destroyed) settle();
  });
}

function ended(sink: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.once('error', reject);
    sink.end(() => resolve());
  });
}

async function exitCodeOf(api: EngineApi, execId: string): Promise<number> {
  const giveUp = Date.now() + exitCodePatienceMs;
  for (let pause = 5; ; pause = Math.min(pause * 2, 500)) {
    const state = stateSchema.parse(await api.json('GET', enginePath`/exec/${execId}/json`));
    if (!state.Running && state.ExitCode !== null && state.ExitCode !== undefined) return state.ExitCode;
    if (Date.now() > giveUp) throw new Error('the engine did not say how the command ended');
    await sleep(pause);
  }
}

function isMissingProgram(exitCode: number, words: string): boolean {
  return (
    (exitCode === 126 || exitCode === 127) &&
    /executable file not found|no such file or directory/i.test(words)
  );
}
