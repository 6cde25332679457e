import { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { ContainerDetails, ContainerSummary } from './docker-host.ts';

const stateSchema = z
  .enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'])
  .catch('dead');
const labelsSchema = z.record(z.string(), z.string()).nullish();

const mountsSchema = z
  .array(
    z.object({
      Type: z.string(),
      Name: z.string().optional(),
      Driver: z.string().optional(),
      Source: z.string().nullish(),
      Destination: z.string(),
      RW: z.boolean().nullish(),
    }),
  )
  .nullish()
  .transform((mounts) =>
    (mounts ?? []).map((mount) => ({
      type: mount.Type,
      ...(mount.Name ? { name: mount.Name } : {}),
      ...(mount.Driver ? { driver: mount.Driver } : {}),
      source: mount.Source ?? '',
      destination: mount.Destination,
      readWrite: mount.RW ?? true,
    })),
  );

const listedSchema = z.object({
  Id: z.string(),
  Names: z.array(z.string()).nullish(),
  Image: z.string(),
  State: stateSchema,
  Labels: labelsSchema,
  Mounts: mountsSchema,
});

const inspectedSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  State: z.object({ Status: stateSchema, Pid: z.number().nullish() }),
  Config: z.object({
    Image: z.string(),
    Env: z.array(z.string()).nullish(),
    Labels: labelsSchema,
    User: z.string().nullish(),
    Entrypoint: z.array(z.string()).nullish(),
    Cmd: z.array(z.string()).nullish(),
    ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  }),
  Mounts: mountsSchema,
});

const withoutSlash = (name: string) => name.replace(/^\//, '');

/** The engine's list answer, reduced to what is needed. */
export function parseContainerList(answer: unknown): ContainerSummary[] {
  return z
    .array(listedSchema)
    .parse(answer)
    .map((container) => ({
      id: container.Id,
      // A container has further names where others link to it ("/other/alias"); its own has one slash.
      name: withoutSlash(
        container.Names?.find((name) => name.lastIndexOf('/') === 0) ?? container.Id.slice(0, 12),
      ),
      image: container.Image,
      state: container.State,
      labels: container.Labels ?? {},
      mounts: container.Mounts,
    }));
}

function parseEnvironment(entries: readonly string[]): Map<string, Secret> {
  return new Map(
    entries.map((entry) => {
      const split = entry.indexOf('=');
      return split < 0
        ? [entry, new Secret('')]
        : [entry.slice(0, split), new Secret(entry.slice(split + 1))];
    }),
  );
}

function parseCompose(labels: Readonly<Record<string, string>>): ContainerDetails['compose'] {
  const project = labels['com.docker.compose.project'];
  const service = labels['com.docker.compose.service'];
  if (!project || !service) return undefined;
  return { project, service, number: Number(labels['com.docker.compose.container-number'] ?? 1) || 1 };
}

/** The engine's inspect answer, reduced to what is needed. */
export function parseContainerDetails(answer: unknown): ContainerDetails {
  const container = inspectedSchema.parse(answer);
  const labels = container.Config.Labels ?? {};
  const compose = parseCompose(labels);
  return {
    id: container.Id,
    name: withoutSlash(container.Name),
    image: container.Config.Image,
    imageId: container.Image,
    state: container.State.Status,
    pid: container.State.Pid ?? 0,
    labels,
    environment: parseEnvironment(container.Config.Env ?? []),
    user: container.Config.User ?? '',
    command: [...(container.Config.Entrypoint ?? []), ...(container.Config.Cmd ?? [])],
    exposedPorts: Object.keys(container.Config.ExposedPorts ?? {}),
    mounts: container.Mounts,
    ...(compose === undefined ? {} : { compose }),
  };
}
