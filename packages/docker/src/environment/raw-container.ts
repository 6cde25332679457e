import { z } from 'zod';

const words = z.record(z.string(), z.unknown());
const strings = z.record(z.string(), z.string());

const endpointSchema = z.looseObject({
  Aliases: z.array(z.string()).nullish(),
  Links: z.array(z.string()).nullish(),
  IPAMConfig: words.nullish(),
  DriverOpts: strings.nullish(),
  MacAddress: z.string().nullish(),
  NetworkID: z.string().nullish(),
});
export type RawEndpoint = z.infer<typeof endpointSchema>;

/** What the engine says of a container, as far as it decides how another one like it is made; the rest is kept. */
export const rawContainerSchema = z.looseObject({
  Id: z.string(),
  Name: z.string().transform((name) => name.replace(/^\//, '')),
  Image: z.string(),
  State: z.object({ Status: z.string() }),
  Config: z.looseObject({
    Image: z.string(),
    Hostname: z.string().nullish(),
    MacAddress: z.string().nullish(),
    Env: z.array(z.string()).nullish(),
    Cmd: z.array(z.string()).nullish(),
    Entrypoint: z.array(z.string()).nullish(),
    Labels: strings.nullish(),
  }),
  HostConfig: z.looseObject({
    NetworkMode: z.string().nullish(),
    IpcMode: z.string().nullish(),
    PidMode: z.string().nullish(),
    Links: z.array(z.string()).nullish(),
    VolumesFrom: z.array(z.string()).nullish(),
    Binds: z.array(z.string()).nullish(),
    Mounts: z.array(words).nullish(),
    PortBindings: z
      .record(
        z.string(),
        z.array(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })).nullish(),
      )
      .nullish(),
  }),
  Mounts: z
    .array(
      z.looseObject({
        Type: z.string(),
        Name: z.string().nullish(),
        Source: z.string().nullish(),
        Destination: z.string(),
        RW: z.boolean().nullish(),
      }),
    )
    .nullish()
    .transform((mounts) => mounts ?? []),
  NetworkSettings: z
    .looseObject({ Networks: z.record(z.string(), endpointSchema.nullable()).nullish() })
    .nullish(),
});
export type RawContainer = z.infer<typeof rawContainerSchema>;

export const labelsOf = (container: RawContainer): Readonly<Record<string, string>> =>
  container.Config.Labels ?? {};
