import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { destinationKinds } from '@holdfast/destinations';
import { createDockerHost, createWorkerContainers } from '@holdfast/docker';
import { createResticEngine } from '@holdfast/engine';
import { inheritedEnvironment } from '@holdfast/runtime';
import { sourceKinds } from '@holdfast/sources';
import { systemClock } from './clock.ts';
import { type Config, type ConfigInput, loadConfig } from './config.ts';
import type { Log } from './logs/log.ts';
import { createLogger } from './logs/logger.ts';
import type { Ports } from './ports.ts';
import { createServer, type ServerHandle, type ServerMode } from './server.ts';

export interface StartOptions extends ConfigInput {
  readonly mode: ServerMode;
}

/** For a process that has lost the right to work. */
const closeWithinMs = 15_000;

/** The top of the installation: what set-up fetched lies in `.tools` there. */
const root = path.join(import.meta.dirname, '..', '..', '..');

/**
 * Starts Holdfast on a data directory, with the real engine, Docker host, sources and destinations.
 * @throws HoldfastError `data-directory-in-use` (become a client of the other one, on the same socket),
 *   `setting-invalid`, `master-key-wrong`, `database-too-new`, `data-directory-full`, `data-directory-unusable`
 */
export async function startServer({ mode, ...input }: StartOptions): Promise<ServerHandle> {
  const config = loadConfig(input);
  const log = loggerFor(mode, config);
  const server = await createServer(mode, config, realPorts(config, log));
  void server.lost.then(async (reason) => {
    log('error', `${reason.message} What ran here was ended.`);
    // Before another takes over this has to be gone, whatever still hangs.
    await Promise.race([server.close(), delay(closeWithinMs)]);
    process.exit(1);
  });
  if (server.url !== undefined) log('info', `Holdfast listens on ${server.url}`);
  return server;
}

/** A command prints for people, whatever collects the lines of a server. */
function loggerFor(mode: ServerMode, { logs }: Config): Log {
  const write = (line: string) => void process.stderr.write(line);
  if (mode === 'embedded') return createLogger({ format: 'text', level: 'info', write });
  const format = logs.format ?? (process.stderr.isTTY ? 'text' : 'json');
  return createLogger({ format, level: logs.level, write });
}

function realPorts(config: Config, log: Log): Ports {
  const docker = createDockerHost({ host: config.dockerHost, instance: config.dataDirectory });
  const manifestFile = path.join(root, '.tools', 'restic', 'manifest.json');
  const engine = createResticEngine({
    lockWaitMs: config.lockWaitMs,
    retryDeadlineMs: config.storageWaitMs,
    ...(config.restic === undefined ? {} : { binary: config.restic }),
    // Only what set-up installed can be compared with what set-up noted.
    ...(config.restic === undefined && existsSync(manifestFile) ? { manifestFile } : {}),
  });
  return {
    docker,
    engine,
    helpers: (instance) => ({
      containers: createWorkerContainers(docker, { instance, image: config.helperImage }),
      settings: {
        dockerHost: config.dockerHost,
        lockWaitMs: config.lockWaitMs,
        retryDeadlineMs: config.storageWaitMs,
        environment: inheritedEnvironment(),
      },
    }),
    sourceKinds,
    destinationKinds,
    clock: systemClock,
    version: readVersion(),
    webApp: path.join(root, 'apps', 'web', 'dist'),
    log,
    describeEngine: async () => {
      const { version, path: place, origin } = await engine.describe();
      return `restic ${version}, ${place}${origin === undefined ? '' : `, from ${origin}`}.`;
    },
  };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
