import { type EnvironmentDefinition, environmentDefinitionSchema, type Manifest } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

/** The one part of a snapshot. */
export const definitionPath = '/environment.json';

/** A definition is small files and settings; more than this is none. */
const largestDefinition = 64 * 1024 * 1024;

/** Equal text for equal definitions, so that a repository keeps it once. */
export function serialise(definition: EnvironmentDefinition): Buffer {
  return Buffer.from(`${JSON.stringify(inOrder(definition), undefined, 1)}\n`);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, entry]) => [name, inOrder(entry)]));
}

/** What a manifest says of a definition, and a restore compares. */
export function countsOf(definition: EnvironmentDefinition): Manifest['counts'] {
  const { containers, networks, volumes, files } = definition;
  return {
    containers: containers.length,
    networks: networks.length,
    volumes: volumes.length,
    files: files.length,
  };
}

/** @throws HoldfastError `restore-failed`, which says nothing of the content */
export async function parseDefinition(stream: AsyncIterable<Buffer>): Promise<EnvironmentDefinition> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > largestDefinition) throw notUsable('is too large to be one');
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // The parser's own words quote what it read.
    throw notUsable('is not complete');
  }
  const parsed = environmentDefinitionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.map(String).join('.')).slice(0, 3);
  throw notUsable(`is not of a form that this version knows (see ${places.join(', ')})`);
}

function notUsable(why: string): HoldfastError {
  return new HoldfastError('restore-failed', `The stored definition ${why}.`, {
    hint: 'Nothing was changed. Take an older recovery point, or a newer version of Holdfast.',
  });
}
