import { z } from 'zod';
import type { EngineResources } from './docker-host.ts';
import { type EngineApi, type EngineCall, type EngineMethod, enginePath } from './engine-api.ts';
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

const volumesSchema = z.object({ Volumes: z.array(volumeSchema).nullish() });
const createdSchema = z.object({ Id: z.string() });
const progressSchema = z.object({ error: z.string().optional() });
const versionSchema = z.object({ Version: z.string() });

/** Volumes, networks and images of the engine, and what it says of itself. */
export function createResources(api: EngineApi): EngineResources {
  async function ask(what: string, method: EngineMethod, path: string, call?: EngineCall): Promise<unknown> {
    return await api.json(method, path, call).catch((error: unknown) => {
      throw engineError(error, what);
    });
  }

  /** Undefined where the engine knows of no such thing. */
  async function known(what: string, method: EngineMethod, path: string): Promise<unknown> {
    try {
      return await api.json(method, path);
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw engineError(error, what);
    }
  }

  return {
    async volumes() {
      const { Volumes } = volumesSchema.parse(await ask('list the volumes', 'GET', '/volumes'));
      return Volumes ?? [];
    },
    async volume(name) {
      return volumeSchema
        .optional()
        .parse(await known(`inspect volume ${name}`, 'GET', enginePath`/volumes/${name}`));
    },
    async createVolume({ name, driver, labels, options }) {
      await ask(`create volume ${name}`, 'POST', '/volumes/create', {
        body: { Name: name, Driver: driver, Labels: labels, DriverOpts: options },
      });
    },
    async removeVolume(name) {
      await known(`remove volume ${name}`, 'DELETE', enginePath`/volumes/${name}`);
    },
    async networks() {
      return z.array(networkSchema).parse(await ask('list the networks', 'GET', '/networks'));
    },
    async network(name) {
      return networkSchema
        .optional()
        .parse(await known(`inspect network ${name}`, 'GET', enginePath`/networks/${name}`));
    },
    async createNetwork(definition) {
      const made = await ask(`create network ${definition.Name}`, 'POST', '/networks/create', {
        body: { ...definition, CheckDuplicate: true },
      });
      return createdSchema.parse(made).Id;
    },
    async removeNetwork(name) {
      await known(`remove network ${name}`, 'DELETE', enginePath`/networks/${name}`);
    },
    async connectNetwork(network, container, endpoint) {
      await api
        .bytes('POST', enginePath`/networks/${network}/connect`, {
          body: { Container: container, EndpointConfig: endpoint },
        })
        .catch((error: unknown) => {
          throw engineError(error, `connect container ${container} to network ${network}`);
        });
    },
    async image(reference) {
      return imageSchema
        .optional()
        .parse(await known(`inspect image ${reference}`, 'GET', enginePath`/images/${reference}/json`));
    },
    async pullImage(reference, signal) {
      const { repository, tag } = splitReference(reference);
      const query = { fromImage: repository, tag };
      try {
        assertPulled(await api.bytes('POST', '/images/create', { query, signal }));
      } catch (error) {
        throw engineError(error, `pull image ${reference}`);
      }
    },
    async tagImage(reference, name) {
      const { repository, tag } = splitReference(name);
      await api
        .bytes('POST', enginePath`/images/${reference}/tag`, { query: { repo: repository, tag } })
        .catch((error: unknown) => {
          throw engineError(error, `tag image ${reference}`);
        });
    },
    rawContainer: (id) => ask(`inspect container ${id}`, 'GET', enginePath`/containers/${id}/json`),
    async version() {
      return versionSchema.parse(await ask('ask the engine for its version', 'GET', '/version')).Version;
    },
  };
}

/** `host:5000/name:tag` or `name@sha256:…`; the engine takes a digest where it takes a tag. */
function splitReference(reference: string): { repository: string; tag: string } {
  const digest = reference.indexOf('@');
  const split = digest < 0 ? reference.lastIndexOf(':') : digest;
  // What comes before a slash is the port of a registry.
  if (split <= reference.lastIndexOf('/')) return { repository: reference, tag: 'latest' };
  return { repository: reference.slice(0, split), tag: reference.slice(split + 1) };
}

/** The engine answers 200 before it begins, and tells of a failure in its last line. */
function assertPulled(progress: Buffer): void {
  const last = progress.toString('utf8').trimEnd().split('\n').at(-1);
  const error = last === undefined || last === '' ? undefined : progressSchema.parse(JSON.parse(last)).error;
  if (error !== undefined) throw new Error(error);
}
