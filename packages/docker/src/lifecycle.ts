import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import { readFrames } from './demultiplex.ts';
import type { ContainerLifecycle, ContainerStatus } from './docker-host.ts';
import { type EngineApi, type EngineCall, enginePath } from './engine-api.ts';
import { engineError, isStatus } from './engine-errors.ts';

const statusSchema = z.object({
  State: z.object({
    Status: z.string(),
    Paused: z.boolean().nullish(),
    ExitCode: z.number().nullish(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
});

const createdSchema = z.object({ Id: z.string() });

const pollMs = 200;

/** Starting, stopping, making and removing containers. A socket proxy may refuse any of it: `docker-forbidden`. */
export function createLifecycle(api: EngineApi): ContainerLifecycle {
  async function change(what: string, path: string, query: EngineCall['query'] = {}): Promise<void> {
    await api.bytes('POST', path, { query }).catch((error: unknown) => {
      throw engineError(error, what);
    });
  }

  async function status(id: string): Promise<ContainerStatus> {
    const answer = await api.json('GET', enginePath`/containers/${id}/json`).catch((error: unknown) => {
      throw engineError(error, `inspect container ${id}`);
    });
    const { State } = statusSchema.parse(answer);
    const health = State.Health?.Status;
    return {
      running: State.Status === 'running' || State.Status === 'restarting',
      paused: State.Status === 'paused',
      exitCode: State.ExitCode ?? 0,
      health: health === 'starting' || health === 'healthy' || health === 'unhealthy' ? health : 'none',
    };
  }

  return {
    status,
    start: (id) => change(`start container ${id}`, enginePath`/containers/${id}/start`),
    stop: (id, { graceSeconds } = {}) =>
      change(
        `stop container ${id}`,
        enginePath`/containers/${id}/stop`,
        graceSeconds === undefined ? {} : { t: graceSeconds },
      ),
    pause: async (id) => {
      if (!(await status(id)).paused)
        await change(`pause container ${id}`, enginePath`/containers/${id}/pause`);
    },
    unpause: async (id) => {
      if ((await status(id)).paused)
        await change(`unpause container ${id}`, enginePath`/containers/${id}/unpause`);
    },
    async create(name, definition) {
      const call = { query: { name }, body: definition };
      const made = await api.json('POST', '/containers/create', call).catch((error: unknown) => {
        if (isStatus(error, 409)) {
          throw new HoldfastError('container-name-taken', `A container named ${name} exists already.`, {
            cause: error,
          });
        }
        if (isStatus(error, 404)) {
          throw new HoldfastError('image-missing', engineError(error, `create container ${name}`).message, {
            cause: error,
          });
        }
        throw engineError(error, `create container ${name}`);
      });
      return createdSchema.parse(made).Id;
    },
    async remove(id) {
      await api
        .bytes('DELETE', enginePath`/containers/${id}`, { query: { force: true, v: true } })
        .catch((error: unknown) => {
          // Gone already, or on its way: what was wanted.
          if (!isStatus(error, 404) && !isStatus(error, 409))
            throw engineError(error, `remove container ${id}`);
        });
    },
    async log(id, lines) {
      const log = await api
        .bytes('GET', enginePath`/containers/${id}/logs`, {
          query: { stdout: true, stderr: true, tail: lines },
        })
        .catch((error: unknown) => {
          throw engineError(error, `read the log of container ${id}`);
        });
      return Buffer.concat(readFrames(log).map(({ data }) => data)).toString('utf8');
    },
    async untilReady(id, { signal, timeoutMs }) {
      const giveUp = performance.now() + timeoutMs;
      for (;;) {
        signal.throwIfAborted();
        const now = await status(id);
        if (now.running && (now.health === 'none' || now.health === 'healthy')) return now;
        if (!now.running && !now.paused) {
          throw new HoldfastError(
            'container-not-running',
            `The container ${id} ended with exit code ${now.exitCode} when it was to start.`,
          );
        }
        if (performance.now() > giveUp) {
          throw new HoldfastError(
            'container-unhealthy',
            `The container ${id} was not healthy after ${Math.round(timeoutMs / 1000)} s (its health check says: ${now.health}).`,
          );
        }
        await sleep(pollMs, undefined, { signal });
      }
    },
  };
}
