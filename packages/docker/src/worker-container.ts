import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/runtime';
import type {
  CommandInput,
  CommandOutput,
  CommandResult,
  ContainerDetails,
  DockerHost,
} from './docker-host.ts';

/** Keeps it from being taken for a user of what it works on; the value names the Holdfast that made it. */
const ownerLabel = 'holdfast.helper';
/** The value is the operation's id. */
const operationLabel = 'holdfast.worker';

/** Where Holdfast's image has the program; see the Dockerfile. */
const program = ['/opt/holdfast/.tools/bin/node', '/opt/holdfast/bin/worker.ts'] as const;

export interface WorkerContainer {
  /** Runs the worker's program in it. @throws HoldfastError as `DockerHost.exec` */
  run(streams: {
    readonly input: CommandInput;
    readonly output: CommandOutput;
    readonly signal: AbortSignal;
  }): Promise<CommandResult>;
  /** Ends whatever runs in it. */
  remove(): Promise<void>;
}

/** Containers from Holdfast's own image that see folders of the engine's host which this process does not. */
export interface WorkerContainers {
  /** Why there can be none, for a person; undefined where there can be. */
  whyNot(): Promise<string | undefined>;
  /**
   * Starts one, with folders of the engine's host under their own paths, and with all that this process reaches.
   * @param own folders and files of this process that the job needs, where it does not run in a container itself
   * @throws HoldfastError `image-missing`, `docker-forbidden` and others
   */
  open(operationId: string, folder: string, own: readonly string[]): Promise<WorkerContainer>;
  /** Ends those that a dead process left at work for an operation, or (without one) for any; not those of this one. */
  purge(operationId?: string): Promise<number>;
}

export interface WorkerContainerOptions {
  /** Names this Holdfast among others that use the same engine. */
  readonly instance: string;
  /** Holdfast's image, for a process that runs in no container. */
  readonly image?: string;
}

/** @param options see there; with neither a container around this process nor an image there are no workers */
export function createWorkerContainers(
  docker: DockerHost,
  { instance, image }: WorkerContainerOptions,
): WorkerContainers {
  const { lifecycle } = docker;
  const open = new Set<string>();

  return {
    async whyNot() {
      if (!docker.local) return 'Helper containers need the socket of the engine on this host.';
      if (image !== undefined || (await ownContainer(docker)) !== undefined) return undefined;
      return 'Holdfast runs in no container of this engine, so the image for a helper container is not known.';
    },

    async open(operationId, folder, own) {
      const around = await ownContainer(docker);
      const base = around === undefined ? besides(image, own) : inheriting(around);
      // One that is just being removed still has its name.
      const name = `holdfast-worker-${operationId}-${randomBytes(3).toString('hex')}`;
      const id = await lifecycle.create(name, {
        Image: base.image,
        // Idle: the job comes by exec, so that no secret is in what the engine keeps of the container.
        Entrypoint: ['sleep', 'infinity'],
        Cmd: [],
        User: '0:0',
        Healthcheck: { Test: ['NONE'] },
        Labels: { [ownerLabel]: instance, [operationLabel]: operationId, 'holdfast.enable': 'false' },
        HostConfig: {
          ...base.host,
          Init: true,
          Mounts: [folder, ...base.own].map((source) => ({ Type: 'bind', Source: source, Target: source })),
        },
      });
      open.add(id);
      const remove = async () => {
        await lifecycle.remove(id);
        open.delete(id);
      };
      try {
        await lifecycle.start(id);
      } catch (error) {
        await remove();
        throw error;
      }
      return {
        run: ({ input, output, signal }) =>
          docker.exec(id, {
            command: program,
            user: '0:0',
            input: { ...input, endsItself: true },
            output,
            signal,
          }),
        remove,
      };
    },

    async purge(operationId) {
      const left = (await docker.list()).filter(
        ({ id, labels }) =>
          !open.has(id) &&
          labels[ownerLabel] === instance &&
          labels[operationLabel] !== undefined &&
          (operationId === undefined || labels[operationLabel] === operationId),
      );
      for (const { id } of left) await lifecycle.remove(id);
      return left.length;
    },
  };
}

/** All that a container reaches: its mounts (the engine's socket and the data directory among them) and its network. */
function inheriting({ id, imageId }: ContainerDetails) {
  return { image: imageId, own: [], host: { VolumesFrom: [id], NetworkMode: `container:${id}` } };
}

function besides(image: string | undefined, own: readonly string[]) {
  if (image === undefined) throw new HoldfastError('image-missing', 'The image for a helper is not known.');
  return { image, own: [...new Set(own)], host: { NetworkMode: 'host' } };
}

/**
 * The container that this process runs in, when it is one of this engine. The kernel says so: the engine mounts files
 * (`/etc/hostname` and others) from a folder with the container's id. A host name can be anything.
 */
export async function ownContainer(docker: DockerHost): Promise<ContainerDetails | undefined> {
  const table = await readFile('/proc/self/mountinfo', 'latin1').catch(() => '');
  const own = (await docker.list()).find(({ id }) => id.length === 64 && table.includes(id));
  return own === undefined ? undefined : docker.inspect(own.id);
}
