import type { Manifest } from '@holdfast/contracts';
import type { ContainerDetails, DockerHost } from '@holdfast/docker';
import { asHoldfastError, HoldfastError, Secret } from '@holdfast/runtime';
import { z } from 'zod';
import { type OwnWays, ownWaysSchema } from './throwaway-definition.ts';

export interface Original {
  readonly original: ContainerDetails;
  /** Absent when the container is gone. */
  readonly ownWays?: OwnWays;
}

/**
 * The container that was backed up; when it is gone, what its image says of itself.
 * @throws HoldfastError `image-missing` when that is gone, too
 */
export async function findOriginal(
  docker: DockerHost,
  { source }: Manifest,
  container: { readonly id: string; readonly name: string } | undefined,
): Promise<Original> {
  for (const reference of container === undefined ? [] : [container.id, container.name]) {
    try {
      const original = await docker.inspect(reference);
      return { original, ownWays: ownWaysSchema.parse(await docker.resources.rawContainer(original.id)) };
    } catch (error) {
      if (asHoldfastError(error).code !== 'container-not-found') throw error;
    }
  }
  const { image } = source;
  const found = image === undefined ? undefined : await docker.resources.image(image);
  if (image === undefined || found === undefined) {
    throw new HoldfastError(
      'image-missing',
      `The container that was backed up is gone, and its image ${image ?? ''} is not on this server.`,
    );
  }
  return {
    original: {
      ...ofImage(found.config),
      id: '',
      name: source.container ?? '',
      image,
      imageId: found.id,
      state: 'dead',
      pid: 0,
      labels: {},
      exposedPorts: [],
      mounts: [],
    },
  };
}

const configSchema = z.object({
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  User: z.string().nullish(),
});

function ofImage(config: unknown): Pick<ContainerDetails, 'command' | 'environment' | 'user'> {
  const { Entrypoint, Cmd, Env, User } = configSchema.parse(config);
  const variables = (Env ?? []).map((entry) => {
    const [name = '', ...value] = entry.split('=');
    return [name, new Secret(value.join('='))] as const;
  });
  return {
    command: [...(Entrypoint ?? []), ...(Cmd ?? [])],
    environment: new Map(variables),
    user: User ?? '',
  };
}
