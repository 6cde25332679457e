import type { SourceIdentity } from '@holdfast/worker';
import type { StoredSource } from './source.ts';

/** The source as its manifests and tags name it. */
export function sourceIdentity(source: StoredSource): SourceIdentity {
  const { id, name, kind, environment, image } = source;
  return { id, name, kind, environment, image, container: source.containerName };
}
