import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { DefinedContainer } from '@holdfast/contracts';
import { z } from 'zod';
import type { DockerHost } from '../docker-host.ts';
import { throwIfCancelled } from './cancellation.ts';
import type { TakenPort } from './survey.ts';

const bindingsSchema = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })).nullish(),
);
const definedSchema = z.looseObject({
  HostConfig: z.looseObject({ PortBindings: bindingsSchema.nullish() }).optional(),
});
const runningSchema = z.looseObject({
  NetworkSettings: z.looseObject({ Ports: bindingsSchema.nullish() }).nullish(),
});

interface HostPort {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
}

/**
 * The fixed ports of containers that are to be started, as far as somebody else has them.
 *
 * @param onHost this process has the network of the engine's host, and can see what other processes listen on
 */
export async function surveyPorts(
  docker: DockerHost,
  toStart: readonly DefinedContainer[],
  { onHost, signal }: { readonly onHost: boolean; readonly signal: AbortSignal },
): Promise<TakenPort[]> {
  const wanted = toStart.flatMap(({ name, create }) =>
    hostPorts(definedSchema.parse(create).HostConfig?.PortBindings).map((port) => ({
      container: name,
      port,
    })),
  );
  if (wanted.length === 0) return [];
  const published = await publishedPorts(docker, signal);
  const taken: TakenPort[] = [];
  for (const { container, port } of wanted) {
    throwIfCancelled(signal);
    const other = published.find((one) => one.container !== container && clashes(one.port, port));
    if (other !== undefined) taken.push({ container, port: shown(port), takenBy: other.container });
    else if (onHost && (await isTakenOnHost(port))) taken.push({ container, port: shown(port) });
  }
  return taken;
}

async function publishedPorts(docker: DockerHost, signal: AbortSignal) {
  const published: { container: string; port: HostPort }[] = [];
  for (const { id, name, state } of await docker.list()) {
    throwIfCancelled(signal);
    if (state !== 'running' && state !== 'paused' && state !== 'restarting') continue;
    const raw = await docker.resources.rawContainer(id).catch(() => undefined);
    const ports = hostPorts(runningSchema.safeParse(raw).data?.NetworkSettings?.Ports);
    published.push(...ports.map((port) => ({ container: name, port })));
  }
  return published;
}

/** Ports that the engine may choose by itself (none given, or a range) are always free. */
function hostPorts(bindings: z.infer<typeof bindingsSchema> | null | undefined): HostPort[] {
  return Object.entries(bindings ?? {}).flatMap(([inside, places]) =>
    (places ?? []).flatMap(({ HostIp, HostPort }) => {
      const port = Number(HostPort);
      if (!HostPort || !Number.isInteger(port) || port === 0) return [];
      return [{ address: HostIp ?? '', port, protocol: inside.split('/')[1] ?? 'tcp' }];
    }),
  );
}

const everywhere = new Set(['', '0.0.0.0', '::']);

function clashes(one: HostPort, other: HostPort): boolean {
  if (one.port !== other.port || one.protocol !== other.protocol) return false;
  return one.address === other.address || everywhere.has(one.address) || everywhere.has(other.address);
}

const shown = ({ address, port, protocol }: HostPort) =>
  `${address === '' ? '' : `${address.includes(':') ? `[${address}]` : address}:`}${port}/${protocol}`;

/** Tries to take it, briefly. What this process may not take (a low port) counts as free. */
function isTakenOnHost({ address, port, protocol }: HostPort): Promise<boolean> {
  const host = address === '' ? '0.0.0.0' : address;
  const answer = (error: NodeJS.ErrnoException) => error.code === 'EADDRINUSE';
  return new Promise((resolve) => {
    if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', (error) => resolve(answer(error)));
      server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(false)));
    } else if (protocol === 'udp') {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      socket.once('error', (error) => {
        socket.close();
        resolve(answer(error));
      });
      socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(false)));
    } else resolve(false);
  });
}
