import type Docker from 'dockerode';
import { z } from 'zod';
import type { EngineResources } from './docker-host.ts';
import { engineError, isStatus } from './engine-errors.ts';

const stringsSchema = z.record(z.string(), z.string()).nullish();

const volumeSchema = z
  .looseObject({
    Name: z.string(),
    Driver: z.string(),
    Mountpoint: z.string(),
    Labels: stringsSchema,
    Options: stringsSchema,
    CreatedAt: z.string().nullish(),
  })
  .transform((volume) => ({
    name: volume.Name,
    driver: volume.Driver,
    mountpoint: volume.Mountpoint,
    labels: volume.Labels ?? {},
    options: volume.Options ?? {},
    ...(volume.CreatedAt ? { createdAt: volume.CreatedAt } : {}),
  }));

const networkSchema = z
  .looseObject({ Id: z.string(), Name: z.string(), Labels: stringsSchema })
  .transform((network) => ({
    id: network.Id,
    name: network.Name,
    labels: network.Labels ?? {},
    definition: network as Readonly<Record<string, unknown>>,
  }));

const imageSchema = z
  .looseObject({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    RepoDigests: z.array(z.string()).nullish(),
    Architecture: z.string().nullish(),
    Config: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform((image) => ({
    id: image.Id,
    tags: image.RepoTags ?? [],
    digests: image.RepoDigests ?? [],
    architecture: image.Architecture ?? '',
    config: image.Config ?? {},
  }));

/** Volumes, networks and images of the engine, and what it says of itself. */
export function createResources(docker: Docker): EngineResources {
  /** Undefined where the engine knows of no such thing. */
  async function known<T>(what: string, request: () => Promise<T>): Promise<T | undefined> {
    try {
      return await request();
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw engineError(error, what);
    }
  }

  async function ask<T>(what: string, request: () => Promise<T>): Promise<T> {
    return await request().catch((error: unknown) => {
      throw engineError(error, what);
    });
  }

  return {
    async volumes() {
      const { Volumes } = await ask('list the volumes', () => docker.listVolumes());
      return z.array(volumeSchema).parse(Volumes ?? []);
    },
    async volume(name) {
      const answer = await known(`inspect volume ${name}`, () =>
        docker.getVolume(encodeURIComponent(name)).inspect(),
      );
      return answer === undefined ? undefined : volumeSchema.parse(answer);
    },
    async createVolume({ name, driver, labels, options }) {
      await ask(`create volume ${name}`, () =>
        docker.createVolume({
          Name: name,
          Driver: driver,
          Labels: { ...labels },
          DriverOpts: { ...options },
        }),
      );
    },
    async removeVolume(name) {
      await known(`remove volume ${name}`, () => docker.getVolume(encodeURIComponent(name)).remove());
    },
    async networks() {
      return z.array(networkSchema).parse(await ask('list the networks', () => docker.listNetworks()));
    },
    async network(name) {
      const answer = await known(`inspect network ${name}`, () =>
        docker.getNetwork(encodeURIComponent(name)).inspect(),
      );
      return answer === undefined ? undefined : networkSchema.parse(answer);
    },
    async createNetwork(definition) {
      const made = await ask(`create network ${definition.Name}`, () =>
        docker.createNetwork({ ...definition, CheckDuplicate: true }),
      );
      return made.id;
    },
    async removeNetwork(name) {
      await known(`remove network ${name}`, () => docker.getNetwork(encodeURIComponent(name)).remove());
    },
    async connectNetwork(network, container, endpoint) {
      await ask(`connect container ${container} to network ${network}`, () =>
        docker
          .getNetwork(encodeURIComponent(network))
          .connect({ Container: container, ...(endpoint === undefined ? {} : { EndpointConfig: endpoint }) }),
      );
    },
    async image(reference) {
      const answer = await known(`inspect image ${reference}`, () =>
        docker.getImage(encodeURIComponent(reference)).inspect(),
      );
      return answer === undefined ? undefined : imageSchema.parse(answer);
    },
    async pullImage(reference, signal) {
      const stream = await ask(`pull image ${reference}`, () =>
        docker.pull(reference, { abortSignal: signal }),
      );
      await ask(
        `pull image ${reference}`,
        () =>
          new Promise<void>((resolve, reject) => {
            docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
          }),
      );
    },
    async tagImage(reference, name) {
      const colon = name.lastIndexOf(':');
      const tagged = colon > name.lastIndexOf('/');
      await ask(`tag image ${reference}`, () =>
        docker.getImage(encodeURIComponent(reference)).tag({
          repo: tagged ? name.slice(0, colon) : name,
          tag: tagged ? name.slice(colon + 1) : 'latest',
        }),
      );
    },
    rawContainer: (id) =>
      ask(`inspect container ${id}`, () => docker.getContainer(encodeURIComponent(id)).inspect()),
    async version() {
      const { Version } = await ask('ask the engine for its version', () => docker.version());
      return Version;
    },
  };
}
