import type { EnvironmentDefinition } from '@holdfast/contracts';
import { belongsTo, type MadeThings, recreate, removeMade, surveyDefinition } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { throwIfCancelled } from '../files/cancellation.ts';
import { differencesOf, summarise } from '../files/compare-counts.ts';
import type { CaptureContext, Exchange, RestoreReport, RestoreRequest } from '../source.ts';
import { requireDocker } from './capture.ts';
import type { EnvironmentLocator } from './locator.ts';
import { countsOf, definitionPath, parseDefinition } from './stored-definition.ts';

/**
 * Makes what is missing of an environment: networks, volumes (empty), containers (not started), small files. What
 * exists is left as it is, so there is nothing previous to keep.
 *
 * @throws HoldfastError `restore-failed`, `restore-verification-failed`, `container-name-taken`, `image-missing`,
 *   `port-taken`, `network-overlap`, `docker-…`, `cancelled`; what was made is then removed again
 */
export async function restoreEnvironment(
  _locator: EnvironmentLocator,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const { signal, reporter } = context;
  throwIfCancelled(signal);
  if (request.mode !== 'swap') {
    throw new HoldfastError(
      'invalid-input',
      'An environment is restored under its own name, beside what exists.',
    );
  }
  const docker = requireDocker(context);
  const definition = await readDefinition(request);
  reporter.step('comparing with what is there');
  const survey = await surveyDefinition(docker, definition, signal);
  const { made, warnings } = await recreate(docker, definition, survey, { signal, reporter });
  return {
    restored: inWords(made),
    previous: [],
    verified: countsOf(definition),
    warnings: [...survey.notes, ...warnings],
  };
}

async function readDefinition(request: RestoreRequest): Promise<EnvironmentDefinition> {
  const reader = request.parts.find(({ part }) => part.path === definitionPath);
  if (reader === undefined) throw new HoldfastError('restore-failed', 'The snapshot holds no definition.');
  const { stream, done } = await reader.stream();
  const [definition] = await Promise.all([parseDefinition(stream), done]);
  const differences = differencesOf(request.manifest.counts, countsOf(definition));
  if (differences.length === 0) return definition;
  throw new HoldfastError('restore-verification-failed', `${summarise(differences)}.`);
}

const kinds = {
  folder: 'folders',
  file: 'files',
  network: 'networks',
  volume: 'volumes',
  container: 'containers',
} as const satisfies Record<string, keyof MadeThings>;

/** `container shop-web-1`; the order is that in which it was made. */
function inWords(made: Readonly<MadeThings>): string[] {
  return Object.entries(kinds).flatMap(([word, kind]) => made[kind].map((name) => `${word} ${name}`));
}

/** The opposite of `inWords`. */
function fromWords(restored: readonly string[]): MadeThings {
  const made: MadeThings = { folders: [], files: [], networks: [], volumes: [], containers: [] };
  for (const words of restored) {
    const space = words.indexOf(' ');
    const [, kind] = Object.entries(kinds).find(([word]) => word === words.slice(0, space)) ?? [];
    if (kind !== undefined) made[kind].push(words.slice(space + 1));
  }
  return made;
}

/** Removes what a restore made, as far as it still belongs to the environment. Safe to repeat. */
export async function revertEnvironment(
  locator: EnvironmentLocator,
  { restored }: Exchange,
  context: CaptureContext,
): Promise<void> {
  const docker = requireDocker(context);
  const made = fromWords(restored);
  const own = new Set(
    (await docker.list()).filter(({ labels }) => belongsTo(locator, labels)).map(({ name }) => name),
  );
  await removeMade(docker, { ...made, containers: made.containers.filter((name) => own.has(name)) });
}
