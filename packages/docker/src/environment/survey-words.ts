import type { EnvironmentDefinition } from '@holdfast/contracts';
import type { ContainerSummary } from '../docker-host.ts';
import { belongsTo } from './define-environment.ts';
import type { DefinitionSurvey, SurveyProblem } from './survey.ts';

type Found = Omit<DefinitionSurvey, 'problems' | 'notes'>;

/** What stands in the way of making and starting what is missing. */
export function problemsOf(
  definition: EnvironmentDefinition,
  found: Found,
  listed: readonly ContainerSummary[],
): SurveyProblem[] {
  const names = found.containers
    .filter(({ state }) => state === 'taken')
    .map(
      ({ name }): SurveyProblem => ({
        code: 'container-name-taken',
        detail: `A container named ${name} exists and does not belong to ${definition.environment}.`,
      }),
    );
  const images = found.images
    .filter(({ state }) => state === 'missing')
    .map(
      ({ image, containers }): SurveyProblem => ({
        code: 'image-missing',
        detail: `The image ${image} of ${containers.join(', ')} is not here, and nothing says where it came from.`,
      }),
    );
  const networks = found.networks
    .filter(({ collidesWith, addressesFixed }) => collidesWith.length > 0 && addressesFixed)
    .map(
      ({ name, collidesWith }): SurveyProblem => ({
        code: 'network-overlap',
        detail: `The addresses of the network ${name}, some of them fixed, are taken by ${collidesWith.join(', ')}.`,
      }),
    );
  const ports = found.ports.map(
    ({ container, port, takenBy }): SurveyProblem => ({
      code: 'port-taken',
      detail: `The port ${port} of ${container} is taken by ${takenBy === undefined ? 'another process of the host' : `the container ${takenBy}`}.`,
    }),
  );
  const orphans = found.containers
    .filter(({ orphaned }) => orphaned)
    .map(
      ({ name }): SurveyProblem => ({
        code: 'container-orphaned',
        detail: `${name} shares the network, processes or volumes of a container that is gone.`,
      }),
    );
  return [
    ...names,
    ...images,
    ...networks,
    ...ports,
    ...orphans,
    ...missingDependencies(definition, found, listed),
  ];
}

/** Containers outside the environment whose network, volumes or processes a missing one shares. */
function missingDependencies(
  definition: EnvironmentDefinition,
  found: Found,
  listed: readonly ContainerSummary[],
): SurveyProblem[] {
  const known = new Set([...definition.containers, ...listed].map(({ name }) => name));
  return definition.containers
    .filter(({ name }) => found.containers.some((one) => one.name === name && one.state === 'missing'))
    .flatMap(({ name, dependsOn }) =>
      dependsOn
        .filter(({ container }) => !known.has(container))
        .map(
          ({ container }): SurveyProblem => ({
            code: 'container-not-found',
            detail: `${name} needs the container ${container}, which does not exist and is not of this environment.`,
          }),
        ),
    );
}

/** What a person should know of what was found. */
export function notesOf(
  definition: EnvironmentDefinition,
  found: Found,
  listed: readonly ContainerSummary[],
): string[] {
  const differing = [
    ...found.containers.map((one) => ({ ...one, what: 'The container' })),
    ...found.networks.map((one) => ({ ...one, what: 'The network' })),
    ...found.volumes.map((one) => ({ ...one, what: 'The volume' })),
  ]
    .filter(({ state }) => state === 'differs')
    .map(
      ({ what, name, differences }) =>
        `${what} ${name} was changed since and is left as it is (${differences.join(', ')}).`,
    );
  const replaced = found.images
    .filter(({ state }) => state === 'replaced')
    .map(
      ({ image, containers }) =>
        `The image ${image} here is not the one that was backed up: ${containers.join(', ')} will be made from it.`,
    );
  const pulled = found.images
    .filter(({ state }) => state === 'pullable')
    .map(
      ({ image, reference, exact }) =>
        `The image ${image} will be pulled${exact ? ` by its digest (${reference})` : ', and may be another one by now'}.`,
    );
  const moved = found.networks
    .filter(({ collidesWith, addressesFixed }) => collidesWith.length > 0 && !addressesFixed)
    .map(
      ({ name, collidesWith }) =>
        `The network ${name} gets other addresses: those it had are taken by ${collidesWith.join(', ')}.`,
    );
  const foreign = [...found.networks, ...found.volumes]
    .filter(({ state, external }) => state === 'missing' && external)
    .map(({ name }) => `${name} was made by somebody else and is gone; it will be made again as it was.`);
  const remade = definition.containers
    .filter(({ name, create }) => {
      const isMissing = found.containers.some((one) => one.name === name && one.state === 'missing');
      return isMissing && definition.project !== undefined && sharesNamespaces(create);
    })
    .map(
      ({ name }) =>
        `${name} shares something of another container that is made anew: Compose will make it anew, too, at its next "up".`,
    );
  const files = found.files
    .filter(({ state }) => state === 'differs')
    .map(({ path }) => `${JSON.stringify(path)} was changed since and is left as it is.`);
  return [
    ...differing,
    ...replaced,
    ...pulled,
    ...moved,
    ...foreign,
    ...remade,
    ...files,
    ...strangers(definition, listed),
  ];
}

function strangers(definition: EnvironmentDefinition, listed: readonly ContainerSummary[]): string[] {
  const known = new Set(definition.containers.map(({ name }) => name));
  return listed
    .filter(({ name, labels }) => !known.has(name) && belongsTo(definition, labels))
    .map(({ name }) => `The container ${name} is newer than the definition and is left as it is.`);
}

/** Compose's own record of such a service holds the other container's id, which is another one from now on. */
function sharesNamespaces(create: Readonly<Record<string, unknown>>): boolean {
  const host = create['HostConfig'];
  if (typeof host !== 'object' || host === null) return false;
  return Object.entries(host).some(
    ([field, value]) =>
      (field === 'VolumesFrom' && Array.isArray(value) && value.length > 0) ||
      (typeof value === 'string' && value.startsWith('container:')),
  );
}
