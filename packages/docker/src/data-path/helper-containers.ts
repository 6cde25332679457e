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
import type Docker from 'dockerode';
import { readFrames } from '../demultiplex.ts';
import type { CommandResult, ContainerCommand, ContainerDetails, HelperContainers } from '../docker-host.ts';
import { engineError } from '../engine-errors.ts';

const folderInside = '/holdfast';
const ownerLabel = 'holdfast.helper';
const nobody = '65534:65534';
const stderrLines = 200;
const moverNudgeMs = 100;

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
export function createHelperContainers(docker: Docker, instance: string): HelperContainers {
  return {
    async whyNot(container) {
      // Only a real attempt tells: a proxy may refuse it, and the engine may see another folder than this
      // process does, or none (when it is remote, or when this process runs in a container).
      const folder = await makeFolder();
      try {
        const probe = await createHelper(docker, instance, container, folder, ['true']);
        await removeContainer(docker, probe.id);
        return undefined;
      } catch (error) {
        return engineError(error, 'create a helper container').message;
      } finally {
        await removeFolder(folder);
      }
    },
    run: (container, command) => runInHelper(docker, instance, container, command),
    async purge() {
      const orphans = await docker
        .listContainers({ all: true, filters: { label: [`${ownerLabel}=${instance}`] } })
        .catch((error: unknown) => {
          throw engineError(error, 'list the helper containers');
        });
      for (const orphan of orphans) await removeContainer(docker, orphan.Id);
      return orphans.length;
    },
  };
}

async function removeContainer(docker: Docker, id: string): Promise<void> {
  await docker
    .getContainer(id)
    .remove({ force: true })
    // Gone already, or on its way: what was wanted.
    .catch(() => {});
}

async function runInHelper(
  docker: Docker,
  instance: string,
  container: ContainerDetails,
  command: ContainerCommand,
): Promise<CommandResult> {
  command.signal?.throwIfAborted();
  const folder = await makeFolder();
  let helper: Docker.Container | undefined;
  let environmentHold: number | undefined;
  const stop = () => {
    if (helper !== undefined) void removeContainer(docker, helper.id);
  };
  command.signal?.addEventListener('abort', stop, { once: true });
  try {
    const fifos = await makeFifos(folder, command);
    // Held open both ways until the end, so that the line waits in the pipe for its reader.
    environmentHold = openSync(fifos.environment, constants.O_RDWR);
    writeSync(environmentHold, `${encodeEnvironment(command)}\n`);
    helper = await createHelper(docker, instance, container, folder, command.command);
    const ended = helper.wait({ condition: 'next-exit' }) as Promise<{ StatusCode: number }>;
    await helper.start();
    const movers = await moveData(fifos, command);
    const { StatusCode: exitCode } = await ended;
    await movers.finish(exitCode);
    const stderr = await lastWords(helper, command);
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
    if (helper !== undefined) await removeContainer(docker, helper.id);
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

function createHelper(
  docker: Docker,
  instance: string,
  container: ContainerDetails,
  folder: string,
  command: readonly string[],
): Promise<Docker.Container> {
  return docker.createContainer({
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
  });
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

async function lastWords(helper: Docker.Container, command: ContainerCommand): Promise<string> {
  const log = await helper.logs({ stdout: false, stderr: true, tail: stderrLines });
  const words = readFrames(log).map((frame) => frame.data);
  const secrets = Object.values(command.environment ?? {}).filter((value) => value instanceof Secret);
  return redact(Buffer.concat(words).toString('utf8'), secrets);
}
