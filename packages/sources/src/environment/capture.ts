import { defineEnvironment } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import type { Capture, CaptureContext } from '../source.ts';
import type { EnvironmentLocator } from './locator.ts';
import { countsOf, definitionPath, serialise } from './stored-definition.ts';

/**
 * Reads how an environment is built, and offers it with the snapshots that the pass took of its members. It holds the
 * containers' secrets: all of it goes into the stream, nothing into the facts.
 *
 * @throws HoldfastError `not-found` when no container belongs to it; `docker-…`; `cancelled`
 */
export async function captureEnvironment(
  locator: EnvironmentLocator,
  context: CaptureContext,
): Promise<Capture> {
  const { signal, reporter, members = [] } = context;
  throwIfCancelled(signal);
  reporter.step('reading the definition');
  const docker = requireDocker(context);
  const definition = { ...(await defineEnvironment(docker, locator, signal)), members: [...members] };
  const content = serialise(definition);
  return {
    parts: [
      {
        type: 'stream',
        path: definitionPath,
        magic: Buffer.from('{'),
        minimumBytes: content.length,
        expectedBytes: content.length,
        async produce(sink) {
          throwIfCancelled(signal);
          await write(sink.writable(), content);
        },
      },
    ],
    facts: async () => ({
      counts: countsOf(definition),
      versions: definition.versions,
      warnings: definition.warnings,
      details: {},
      attachments: [],
    }),
    async close() {},
  };
}

function write(output: NodeJS.WritableStream, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.once('error', reject);
    output.end(content, () => resolve());
  });
}

export function requireDocker({ docker }: CaptureContext) {
  if (docker !== undefined) return docker;
  throw new HoldfastError(
    'docker-unreachable',
    'An environment is read from a Docker engine, and there is none.',
  );
}
