import type { EnvironmentMember } from '@holdfast/contracts';
import type { HostMount, SourceKind } from '@holdfast/sources';
import { createMemorySource } from '@holdfast/worker/testing';
import { z } from 'zod';

/** A volume or mounted folder that lives in memory; its content goes by the volume's name or the path. */
export function createMemoryVolumes() {
  const source = createMemorySource();
  const kind: SourceKind<{ key: string }> = {
    ...source,
    detect: () => undefined,
    kind: 'memory-files',
    traits: {
      discoverable: false,
      counts: 'files',
      restoreBeside: false,
      restoreInPlace: false,
      restorePaths: false,
    },
    detectMount({ type, name, path }: HostMount) {
      const key = type === 'volume' ? (name ?? path) : path;
      return { locator: { key }, name: key.slice(key.lastIndexOf('/') + 1) };
    },
  };
  return { kind, content: source.content };
}

/** The definition of an environment; keeps in memory what each capture was told of its members. */
export function createMemoryEnvironments() {
  const told: (readonly EnvironmentMember[] | undefined)[] = [];
  const source = createMemorySource();
  const locator = z.object({ key: z.string() });
  const kind: SourceKind<{ key: string }> = {
    ...source,
    detect: () => undefined,
    kind: 'memory-environment',
    traits: {
      discoverable: false,
      counts: 'files',
      restoreBeside: false,
      restoreInPlace: false,
      restorePaths: false,
    },
    locator,
    detectEnvironment: ({ name }) => ({ locator: { key: name } }),
    capture(place, context) {
      told.push(context.members);
      return source.capture(place, context);
    },
  };
  return { kind, told, content: source.content };
}
