import type { ContainerDetails, ContainerMount } from '@holdfast/docker';
import type { Rehearsal } from '@holdfast/sources';
import { z } from 'zod';
import { type DrillLimits, mostProcesses } from './limits.ts';

/** Whose throwaway a container is: purged by that Holdfast, left alone by the discovery of all. */
export const drillLabel = 'holdfast.drill';
export const operationLabel = 'holdfast.operation';

/**
 * What the official images need to give an empty data folder to the user that their server then becomes. None of it
 * reaches beyond the container's own files.
 */
const keptCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

/** What else shapes how the original runs, in the engine's words. */
export const ownWaysSchema = z.object({
  Config: z.object({ WorkingDir: z.string().nullish() }),
  HostConfig: z.object({
    ShmSize: z.number().nullish(),
    Tmpfs: z.record(z.string(), z.string()).nullish(),
  }),
});
export type OwnWays = z.infer<typeof ownWaysSchema>;

export interface Throwaway {
  readonly original: ContainerDetails;
  /** Absent when the original is gone. */
  readonly ownWays?: OwnWays;
  readonly rehearsal: Omit<Rehearsal<unknown>, 'locator' | 'ready'>;
  readonly settings: readonly ContainerMount[];
  readonly instance: string;
  readonly operationId: string;
  readonly limits: DrillLimits;
  /** What the data may take in memory; on the disk, in a volume of its own, without it. */
  readonly memoryForData?: number;
}

/** What the engine makes a throwaway container from. It reaches nobody, owns nothing, and is bounded. */
export function throwawayDefinition(throwaway: Throwaway): Readonly<Record<string, unknown>> {
  const { original, ownWays, rehearsal, settings, instance, operationId, limits, memoryForData } = throwaway;
  const [entrypoint, ...command] = rehearsal.command ?? original.command;
  const memory = limits.memoryBytes + (memoryForData ?? 0);
  const workingDirectory = ownWays?.Config.WorkingDir;
  return {
    Image: original.imageId,
    ...(entrypoint === undefined ? {} : { Entrypoint: [entrypoint], Cmd: command }),
    ...(original.user === '' ? {} : { User: original.user }),
    ...(workingDirectory ? { WorkingDir: workingDirectory } : {}),
    Env: environmentOf(original, rehearsal.environment),
    Labels: { [drillLabel]: instance, [operationLabel]: operationId, 'holdfast.enable': 'false' },
    Healthcheck: { Test: ['NONE'] },
    Volumes:
      memoryForData === undefined ? Object.fromEntries(rehearsal.dataPaths.map((one) => [one, {}])) : {},
    HostConfig: {
      NetworkMode: 'none',
      RestartPolicy: { Name: 'no' },
      Memory: memory,
      MemorySwap: memory,
      NanoCpus: Math.round(limits.cpus * 1e9),
      PidsLimit: mostProcesses,
      CapDrop: ['ALL'],
      CapAdd: keptCapabilities,
      SecurityOpt: ['no-new-privileges'],
      Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      ...(ownWays?.HostConfig.ShmSize ? { ShmSize: ownWays.HostConfig.ShmSize } : {}),
      Tmpfs: {
        ...withoutData(ownWays?.HostConfig.Tmpfs ?? {}, rehearsal.dataPaths),
        ...dataInMemory(rehearsal.dataPaths, memoryForData),
      },
      Mounts: settings.map(({ type, name, source, destination }) => ({
        Type: type,
        Source: type === 'volume' ? name : source,
        Target: destination,
        ReadOnly: true,
      })),
    },
  };
}

function withoutData(
  tmpfs: Readonly<Record<string, string>>,
  dataPaths: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tmpfs).filter(([path]) => !dataPaths.includes(path)));
}

function dataInMemory(
  dataPaths: readonly string[],
  bytes: number | undefined,
): Readonly<Record<string, string>> {
  if (bytes === undefined) return {};
  const options = `rw,nosuid,nodev,noexec,mode=1777,size=${bytes}`;
  return Object.fromEntries(dataPaths.map((path) => [path, options]));
}

function environmentOf(
  { environment }: ContainerDetails,
  changes: Readonly<Record<string, string>>,
): string[] {
  const values = new Map([...environment].map(([name, value]) => [name, value.reveal()]));
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') values.delete(name);
    else values.set(name, value);
  }
  return [...values].map(([name, value]) => `${name}=${value}`);
}
