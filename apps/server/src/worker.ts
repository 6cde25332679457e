import { createDockerHost } from '@holdfast/docker';
import { createResticEngine } from '@holdfast/engine';
import { sourceKind } from '@holdfast/sources';
import { serveJob } from '@holdfast/worker';

/** Of this container, not of the Holdfast that started it. */
const own = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR']);

/** Carries out the one job that comes by standard input, and says on standard output how it went. */
export async function serveWorker(): Promise<void> {
  await serveJob(process.stdin, process.stdout, ({ kind, settings }) => {
    for (const [name, value] of Object.entries(settings.environment)) {
      if (!own.has(name)) process.env[name] = value;
    }
    const { dockerHost, lockWaitMs, retryDeadlineMs } = settings;
    return {
      engine: createResticEngine({ lockWaitMs, retryDeadlineMs }),
      kind: sourceKind(kind),
      docker: createDockerHost({ host: dockerHost }),
      now: () => new Date(),
    };
  });
  // What it said last has to be out before the process ends, which still listens.
  await new Promise<void>((resolve) => void process.stdout.end(resolve));
}
