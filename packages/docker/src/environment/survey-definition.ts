import { stat } from 'node:fs/promises';
import type { DefinedContainer, EnvironmentDefinition } from '@holdfast/contracts';
import type { ContainerSummary, DockerHost } from '../docker-host.ts';
import { type HostView, hostViewOf } from '../host-view.ts';
import { defineContainer } from './define-container.ts';
import { belongsTo, readContainer } from './define-environment.ts';
import { isUnchanged } from './definition-files.ts';
import { containerDifferences, fieldsThatDiffer } from './differences.ts';
import { surveyPorts } from './published-ports.ts';
import { lostReferences, namesOf } from './references.ts';
import type { DefinitionSurvey, SurveyedContainer, SurveyedFile, SurveyedVolume } from './survey.ts';
import { surveyImages } from './survey-images.ts';
import { surveyNetworks } from './survey-networks.ts';
import { notesOf, problemsOf } from './survey-words.ts';

/**
 * Compares a definition with what is there now. Changes nothing.
 *
 * @throws HoldfastError `docker-…`, `cancelled`
 */
export async function surveyDefinition(
  docker: DockerHost,
  definition: EnvironmentDefinition,
  signal: AbortSignal,
): Promise<DefinitionSurvey> {
  const listed = await docker.list();
  const view = await hostViewOf(docker, listed);
  const onHost = view.own(['/']).length > 0;
  const containers: SurveyedContainer[] = [];
  for (const defined of definition.containers) {
    containers.push(await surveyContainer(docker, defined, definition, listed, signal));
  }
  const inState = (...states: SurveyedContainer['state'][]) =>
    definition.containers.filter(({ name }) =>
      containers.some((surveyed) => surveyed.name === name && states.includes(surveyed.state)),
    );
  const idle = definition.containers.filter(
    ({ name, running }) =>
      running && !containers.some((surveyed) => surveyed.name === name && surveyed.running),
  );
  const found = {
    containers,
    networks: await surveyNetworks(docker, definition, onHost),
    volumes: await surveyVolumes(docker, definition),
    images: await surveyImages(docker, inState('missing', 'taken'), signal),
    ports: await surveyPorts(docker, idle, { onHost, signal }),
    files: await surveyFiles(definition, view),
  };
  return {
    ...found,
    problems: problemsOf(definition, found, listed),
    notes: notesOf(definition, found, listed),
  };
}

async function surveyContainer(
  docker: DockerHost,
  defined: DefinedContainer,
  definition: EnvironmentDefinition,
  listed: readonly ContainerSummary[],
  signal: AbortSignal,
): Promise<SurveyedContainer> {
  const { name } = defined;
  const none = { differences: [], orphaned: false };
  const missing: SurveyedContainer = { name, state: 'missing', running: false, ...none };
  const summary = listed.find((container) => container.name === name);
  if (summary === undefined) return missing;
  const { id, state, labels } = summary;
  const running = state === 'running' || state === 'paused' || state === 'restarting';
  if (!belongsTo(definition, labels)) return { name, state: 'taken', id, running, ...none };
  const raw = await readContainer(docker, id, signal);
  if (raw === undefined) return missing;
  // Those that lend volumes decide what is declared here.
  const lenders = (raw.HostConfig.VolumesFrom ?? []).map((entry) => entry.split(':')[0] ?? '');
  const containers = [];
  for (const lender of lenders) {
    const read = await readContainer(docker, lender, signal);
    if (read !== undefined) containers.push(read);
  }
  const nameOf = namesOf(listed);
  const found = defineContainer(raw, {
    containers,
    nameOf,
    image: await docker.resources.image(raw.Image),
  });
  const differences = containerDifferences(defined, found);
  const orphaned = lostReferences(raw, nameOf).length > 0;
  return { name, state: differences.length === 0 ? 'same' : 'differs', id, running, differences, orphaned };
}

async function surveyVolumes(
  docker: DockerHost,
  definition: EnvironmentDefinition,
): Promise<SurveyedVolume[]> {
  const existing = await docker.resources.volumes();
  return definition.volumes.map((defined) => {
    const { name, external, driver, options, labels } = defined;
    const found = existing.find((volume) => volume.name === name);
    if (found === undefined) return { name, external, state: 'missing', differences: [] };
    const differences = fieldsThatDiffer(
      { driver, options, labels },
      { driver: found.driver, options: found.options, labels: found.labels },
    );
    return { name, external, state: differences.length === 0 ? 'same' : 'differs', differences };
  });
}

async function surveyFiles(
  { files, folders }: EnvironmentDefinition,
  view: Pick<HostView, 'sees'>,
): Promise<SurveyedFile[]> {
  const surveyed: SurveyedFile[] = [];
  for (const file of files) {
    const state = view.sees(file.path) ? await fileState(() => isUnchanged(file)) : 'unknown';
    surveyed.push({ path: file.path, type: 'file', state });
  }
  for (const { path } of folders) {
    const isFolder = async () => (await stat(path)).isDirectory();
    surveyed.push({ path, type: 'folder', state: view.sees(path) ? await fileState(isFolder) : 'unknown' });
  }
  return surveyed;
}

async function fileState(isSame: () => Promise<boolean>): Promise<SurveyedFile['state']> {
  try {
    return (await isSame()) ? 'same' : 'differs';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'missing';
    return code === 'EFBIG' || code === 'EINVAL' || code === 'ENOTDIR' ? 'differs' : 'unknown';
  }
}
