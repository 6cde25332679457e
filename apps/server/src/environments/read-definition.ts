import { type EnvironmentDefinition, environmentDefinitionSchema } from '@holdfast/contracts';
import type { Engine, Repository } from '@holdfast/engine';
import { HoldfastError } from '@holdfast/runtime';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';

/** Small files of the host are in it, and nothing large. */
const largestDefinition = 64 * 1024 * 1024;

/**
 * How an environment was built when a snapshot of its definition was taken. It holds the containers' environments: it
 * stays in memory, and no error quotes it.
 * @throws HoldfastError `repository-corrupt` when it cannot be understood; of the engine
 */
export async function readDefinition(
  engine: Engine,
  repository: Repository,
  snapshot: Pick<StoredSnapshot, 'parts'>,
  signal: AbortSignal,
): Promise<EnvironmentDefinition> {
  const [part] = snapshot.parts;
  if (part === undefined) throw unreadable('it has no content');
  const dump = await engine.dump(repository, { resticId: part.resticId, path: part.path, signal });
  const [text] = await Promise.all([collect(dump.stream), dump.done]);
  try {
    return environmentDefinitionSchema.parse(JSON.parse(text));
  } catch {
    // The words of the parser would quote what it read, secrets among it.
    throw unreadable('it is of another form than this version of Holdfast writes');
  }
}

async function collect(stream: AsyncIterable<Buffer> | undefined): Promise<string> {
  if (stream === undefined) throw new HoldfastError('internal', 'The engine gave no stream.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > largestDefinition) throw unreadable(`it is larger than ${largestDefinition} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreadable(why: string): HoldfastError {
  return new HoldfastError(
    'repository-corrupt',
    `The stored definition of the environment cannot be used: ${why}.`,
  );
}
