import type { DefinedContainer, EnvironmentDefinition } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { DockerHost } from '../docker-host.ts';
import { throwIfCancelled } from './cancellation.ts';
import { prepareImages } from './prepare-images.ts';
import type { MadeThings, RecreateOptions, Recreation } from './recreation.ts';
import { removeMade } from './remove-made.ts';
import { withoutSecrets } from './secrets.ts';
import { startOrder } from './start-order.ts';
import type { DefinitionSurvey } from './survey.ts';
import { writeFiles } from './write-files.ts';

/**
 * Makes what the survey found missing: images are pulled first, then come files, networks, volumes and containers.
 * Containers are made and connected, not started. What exists is not touched.
 *
 * @throws HoldfastError the survey's first problem; `image-missing` before anything was changed; `restore-failed`,
 *   `docker-…`, `cancelled`. What had been made by then is removed again.
 */
export async function recreate(
  docker: DockerHost,
  definition: EnvironmentDefinition,
  survey: DefinitionSurvey,
  { signal, reporter }: RecreateOptions,
): Promise<Recreation> {
  refuseProblems(survey);
  const { references, pulled, warnings } = await prepareImages(docker, survey, { signal, reporter });
  const made: MadeThings = { folders: [], files: [], networks: [], volumes: [], containers: [] };
  const undo = () => removeMade(docker, made);
  try {
    warnings.push(...(await writeFiles(definition, survey, made, signal)));
    await makeNetworks(docker, definition, survey, made, { signal, reporter });
    await makeVolumes(docker, definition, survey, made, { signal, reporter });
    for (const container of startOrder(definition)) {
      if (!isMissing(survey.containers, container.name)) continue;
      throwIfCancelled(signal);
      reporter.step(`creating container ${container.name}`);
      await makeContainer(docker, container, references.get(container.name) ?? container.image, made);
    }
  } catch (error) {
    await undo().catch((undoing: unknown) => {
      reporter.log('error', `Not everything could be undone: ${asHoldfastError(undoing).message}`);
    });
    throw withoutSecrets(error, definition);
  }
  return { made, pulled, warnings, undo };
}

function refuseProblems({ problems }: DefinitionSurvey): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new HoldfastError(first.code, problems.map(({ detail }) => detail).join(' '));
}

const isMissing = (surveyed: readonly { name: string; state: string }[], name: string) =>
  surveyed.some((one) => one.name === name && one.state === 'missing');

async function makeNetworks(
  docker: DockerHost,
  definition: EnvironmentDefinition,
  survey: DefinitionSurvey,
  made: MadeThings,
  { signal, reporter }: RecreateOptions,
): Promise<void> {
  for (const { name, create } of definition.networks) {
    const surveyed = survey.networks.find((network) => network.name === name);
    if (surveyed?.state !== 'missing') continue;
    throwIfCancelled(signal);
    reporter.step(`creating network ${name}`);
    // The engine then chooses addresses that are free.
    const moved = surveyed.collidesWith.length > 0 ? { IPAM: undefined } : {};
    await docker.resources.createNetwork({ ...create, ...moved, Name: name });
    made.networks.push(name);
  }
}

async function makeVolumes(
  docker: DockerHost,
  definition: EnvironmentDefinition,
  survey: DefinitionSurvey,
  made: MadeThings,
  { signal, reporter }: RecreateOptions,
): Promise<void> {
  for (const { name, driver, labels, options } of definition.volumes) {
    if (!isMissing(survey.volumes, name)) continue;
    throwIfCancelled(signal);
    reporter.step(`creating volume ${name}`);
    await docker.resources.createVolume({ name, driver, labels, options });
    made.volumes.push(name);
  }
}

async function makeContainer(
  docker: DockerHost,
  { name, create, networks }: DefinedContainer,
  image: string,
  made: MadeThings,
): Promise<void> {
  const id = await docker.lifecycle.create(name, { ...create, Image: image });
  made.containers.push(name);
  for (const [network, endpoint] of Object.entries(networks)) {
    await docker.resources.connectNetwork(network, id, endpoint);
  }
}
