import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  HoldfastError,
  redact,
  revealEnvironment,
  runProcess,
  Secret,
  startProcess,
} from '@holdfast/runtime';
import { z } from 'zod';
import { readFrames } from '../demultiplex.ts';
import type { CommandResult, ContainerCommand, ContainerDetails, HelperContainers } from '../docker-host.ts';
import { type EngineApi, enginePath } from '../engine-api.ts';
import { engineError } from '../engine-errors.ts';

const folderInside = '/holdfast';
const ownerLabel = 'holdfast.helper';
const nobody = '65534:65534';
const stderrLines = 200;
const moverNudgeMs = 100;

const createdSchema = z.object({ Id: z.string() });
const endedSchema = z.object({ StatusCode: z.number() });

/**
 * Reads its environment from a FIFO (so that no secret is in what the engine stores of the container), then
 * becomes the command. Constant text: the command comes as arguments.
 */
const script = `
IFS= read -r encoded <${folderInside}/environment || exit 125
eval "$(printf %s "$encoded" | base64 -d)"
[ ! -p ${folderInside}/input ] || exec <${folderInside}/input
exec "$@" >${folderInside}/output`;

/**
 * Short-lived containers from the image of a database container, sharing its network. Their data goes through
 * FIFOs in a folder that both sides see, so it does not pass through the engine.
 *
 * @param instance names this Holdfast, so that `purge` removes only what its own dead predecessor left
 */
export function createHelperContainers(api: EngineApi, instance: string): HelperContainers {
  return {
    async whyNot(container) {
      // Only a real attempt tells: a proxy may refuse it, and the engine may see another folder than this
      // process does, or none (when it is remote, or when this process runs in a container).
      const folder = await makeFolder();
      try {
        const probe = await createHelper(api, instance, container, folder, ['true']);
        await removeContainer(api, probe);
        return undefined;
      } catch (error) {
        return engineError(error, 'create a helper container').message;
      } finally {
        await removeFolder(folder);
      }
    },
    run: (container, command) => runInHelper(api, instance, container, command),
    async purge() {
      const filters = JSON.stringify({ label: [`${ownerLabel}=${instance}`] });
      const answer = await api
        .json('GET', '/containers/json', { query: { all: true, filters } })
        .catch((error: unknown) => {
          throw engineError(error, 'list the helper containers');
        });
      const orphans = z.array(createdSchema).parse(answer);
      for (const orphan of orphans) await removeContainer(api, orphan.Id);
      return orphans.length;
    },
  };
}

/** With the volumes that its image asked for, which are its own: it takes none over from another container. */
async function removeContainer(api: EngineApi, id: string): Promise<void> {
  await api
    .bytes('DELETE', enginePath`/containers/${id}`, { query: { force: true, v: true } })
    // Gone already, or on its way: what was wanted.
    .catch(() => {});
}

async function runInHelper(
  api: EngineApi,
  instance: string,
  container: ContainerDetails,
  command: ContainerCommand,
): Promise<CommandResult> {
  command.signal?.throwIfAborted();
  const folder = await makeFolder();
  let helper: string | undefined;
  let environmentHold: number | undefined;
  const stop = () => {
    if (helper !== undefined) void removeContainer(api, helper);
  };
  command.signal?.addEventListener('abort', stop, { once: true });
  try {
    const fifos = await makeFifos(folder, command);
    // Held open both ways until the end, so that the line waits in the pipe for its reader.
    environmentHold = openSync(fifos.environment, constants.O_RDWR);
    writeSync(environmentHold, `${encodeEnvironment(command)}\n`);
    helper = await createHelper(api, instance, container, folder, command.command);
    const ended = api.json('POST', enginePath`/containers/${helper}/wait`, {
      query: { condition: 'next-exit' },
    });
    await api.bytes('POST', enginePath`/containers/${helper}/start`);
    const movers = await moveData(fifos, command);
    const { StatusCode: exitCode } = endedSchema.parse(await ended);
    await movers.finish(exitCode);
    const stderr = await lastWords(api, helper, command);
    if (exitCode === 127 && stderr.includes('not found')) {
      throw new HoldfastError(
        'container-command-missing',
        `The container ${container.name} has no program "${command.command[0]}".`,
      );
    }
    return { exitCode, stdout: Buffer.alloc(0), stderr };
  } catch (error) {
    if (command.signal?.aborted) throw new HoldfastError('cancelled', 'The operation was cancelled.');
    throw engineError(error, `run "${command.command[0]}" in a helper of container ${container.name}`);
  } finally {
    command.signal?.removeEventListener('abort', stop);
    if (environmentHold !== undefined) closeSync(environmentHold);
    if (helper !== undefined) await removeContainer(api, helper);
    await removeFolder(folder);
  }
}

/** The folder to mount: open to the helper's user, inside one that is closed to everybody else on this host. */
async function makeFolder(): Promise<string> {
  const closed = await mkdtemp(path.join(tmpdir(), 'holdfast-helper-'));
  const folder = path.join(closed, 'exchange');
  await mkdir(folder);
  await chmod(folder, 0o755);
  return folder;
}

function removeFolder(folder: string): Promise<void> {
  return rm(path.dirname(folder), { recursive: true, force: true });
}

interface Fifos {
  readonly environment: string;
  readonly output: string;
  readonly input?: string;
}

async function makeFifos(folder: string, command: ContainerCommand): Promise<Fifos> {
  const inFolder = (name: string) => path.join(folder, name);
  const fifos: Fifos = {
    environment: inFolder('environment'),
    output: inFolder('output'),
    ...(command.input === undefined ? {} : { input: inFolder('input') }),
  };
  await runProcess({ program: 'mkfifo', arguments: Object.values(fifos) });
  for (const fifo of Object.values(fifos)) await chmod(fifo, 0o666);
  return fifos;
}

/** One line of base64 (values may hold newlines) of a shell script that exports the variables. */
function encodeEnvironment(command: ContainerCommand): string {
  const quoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
  const lines = Object.entries(revealEnvironment(command.environment ?? {})).map(
    ([name, value]) => `export ${name}=${quoted(value)}`,
  );
  return Buffer.from(lines.join('\n')).toString('base64');
}

async function createHelper(
  api: EngineApi,
  instance: string,
  container: ContainerDetails,
  folder: string,
  command: readonly string[],
): Promise<string> {
  const body = {
    Image: container.imageId,
    Entrypoint: ['/bin/sh', '-c', script, 'holdfast-helper'],
    Cmd: [...command],
    User: nobody,
    Labels: { [ownerLabel]: instance, 'holdfast.enable': 'false' },
    HostConfig: {
      NetworkMode: `container:${container.id}`,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Mounts: [{ Type: 'bind', Source: folder, Target: folderInside }],
      // Only its last words on standard error are read.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
    },
  };
  return createdSchema.parse(await api.json('POST', '/containers/create', { body })).Id;
}

/** Joins the FIFOs to the descriptors of the command by `cat`: a descriptor cannot be handed to a container. */
async function moveData(fifos: Fifos, command: ContainerCommand) {
  if (command.output === undefined || !('descriptor' in command.output)) {
    throw new HoldfastError('internal', 'A helper container needs a descriptor for its output.');
  }
  // Guarded: each waits for the container to open the other side, which may never happen.
  const output = await startProcess({
    program: 'cat',
    arguments: [fifos.output],
    stdout: command.output,
    guarded: true,
  });
  const input =
    fifos.input === undefined || command.input === undefined
      ? undefined
      : await startProcess({
          program: 'dd',
          arguments: [`of=${fifos.input}`, 'bs=128k', 'status=none', 'conv=notrunc'],
          stdin: command.input,
          guarded: true,
        });
  return {
    /** After the container ended: waits until the last byte was moved. */
    async finish(exitCode: number): Promise<void> {
      // Where the container died before it opened its side, `cat` still waits for a writer: be one, briefly.
      const nudge = setInterval(() => closeSync(openSync(fifos.output, constants.O_RDWR)), moverNudgeMs);
      try {
        input?.kill('SIGKILL');
        await input?.done;
        const moved = await output.done;
        if (exitCode === 0 && moved.exitCode !== 0) {
          throw new HoldfastError(
            'container-lost',
            `The data of a helper container was cut: ${moved.stderrTail}`,
          );
        }
      } finally {
        clearInterval(nudge);
      }
    },
  };
}

async function lastWords(api: EngineApi, helper: string, command: ContainerCommand): Promise<string> {
  const log = await api.bytes('GET', enginePath`/containers/${helper}/logs`, {
    query: { stdout: false, stderr: true, tail: stderrLines },
  });
  const words = readFrames(log).map((frame) => frame.data);
  const secrets = Object.values(command.environment ?? {}).filter((value) => value instanceof Secret);
  return redact(Buffer.concat(words).toString('utf8'), secrets);
}
