import type { DefinedNetwork, DefinedVolume } from '@holdfast/contracts';
import { z } from 'zod';
import type { EngineNetwork, EngineVolume } from '../docker-host.ts';
import { projectOf } from './compose-labels.ts';

const words = z.record(z.string(), z.unknown());

const rawNetworkSchema = z.looseObject({
  Driver: z.string(),
  EnableIPv4: z.boolean().nullish(),
  EnableIPv6: z.boolean().nullish(),
  Internal: z.boolean().nullish(),
  Attachable: z.boolean().nullish(),
  IPAM: z
    .looseObject({
      Driver: z.string().nullish(),
      Options: words.nullish(),
      Config: z.array(words).nullish(),
    })
    .nullish(),
  Options: words.nullish(),
});

/** What it takes to make the same network again. */
export function defineNetwork(network: EngineNetwork, project: string | undefined): DefinedNetwork {
  const raw = rawNetworkSchema.parse(network.definition);
  return {
    name: network.name,
    external: isExternal(network.labels, project),
    create: {
      Name: network.name,
      Driver: raw.Driver,
      // Only newer engines know it, and say it.
      ...(raw.EnableIPv4 === false ? { EnableIPv4: false } : {}),
      EnableIPv6: raw.EnableIPv6 ?? false,
      Internal: raw.Internal ?? false,
      Attachable: raw.Attachable ?? false,
      IPAM: {
        Driver: raw.IPAM?.Driver ?? 'default',
        Options: raw.IPAM?.Options ?? {},
        Config: raw.IPAM?.Config ?? [],
      },
      Options: raw.Options ?? {},
      Labels: network.labels,
    },
  };
}

export function defineVolume(volume: EngineVolume, project: string | undefined): DefinedVolume {
  const { name, driver, labels, options } = volume;
  // Compose declares no anonymous volumes, and they belong to the container that has them.
  const anonymous = /^[0-9a-f]{64}$/.test(name);
  return { name, external: !anonymous && isExternal(labels, project), driver, labels, options };
}

/** Of another project, or of none where the environment is a project. */
function isExternal(labels: Readonly<Record<string, string>>, project: string | undefined): boolean {
  return projectOf(labels) !== project;
}
