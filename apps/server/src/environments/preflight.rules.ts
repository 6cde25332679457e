import type { EnvironmentDefinition, EnvironmentPreflight, PreflightMember } from '@holdfast/contracts';
import type { DefinitionSurvey } from '@holdfast/docker';
import { versionWarnings } from '../restores/restore-target.ts';
import type { PresentContainer, RestorePlan } from './restore-plan.rules.ts';

/** A running container outside the environment that uses a volume which is replaced. */
export interface Stranger {
  readonly container: string;
  readonly volume: string;
}

export interface Space {
  readonly path: string;
  readonly freeBytes: number;
}

/** All that a preflight is made of. */
export interface PreflightFacts {
  readonly environment: string;
  readonly point: EnvironmentPreflight['point'];
  readonly definition: Pick<EnvironmentDefinition, 'containers' | 'warnings'>;
  readonly survey: DefinitionSurvey;
  readonly plan: RestorePlan;
  readonly present: readonly PresentContainer[];
  readonly members: readonly PreflightMember[];
  readonly strangers: readonly Stranger[];
  /** The container that this very Holdfast runs in, when it belongs to the environment. */
  readonly ownContainer?: string;
  /** Another restore of the same environment that has not ended. */
  readonly otherRestore?: string;
  readonly space?: Space;
  readonly problems: EnvironmentPreflight['problems'];
  readonly warnings: readonly string[];
}

/** What a restore would do, and what stands in its way, from what was found. */
export function composePreflight(facts: PreflightFacts): EnvironmentPreflight {
  const { survey, plan, members } = facts;
  return {
    environment: facts.environment,
    point: facts.point,
    members: [...members],
    containers: containersOf(facts),
    volumes: survey.volumes.map(({ name, state }) => ({ name, action: actionOf(state) })),
    networks: survey.networks.map(({ name, state }) => ({ name, action: actionOf(state) })),
    pulls: survey.images.flatMap(({ state, reference }) => (state === 'pullable' ? [reference] : [])),
    problems: problemsOf(facts),
    warnings: [
      ...(facts.point.state === 'partial'
        ? ['The recovery point is partial: something of the environment is missing in it.']
        : []),
      ...members.flatMap(({ source, missing }) =>
        missing === undefined
          ? []
          : [`${source} is not in the recovery point and stays as it is. ${missing}`],
      ),
      ...versionWarnings(members),
      ...facts.strangers.map(
        ({ container, volume }) =>
          `The container ${container}, which is not of this environment, uses the volume ${volume} and is not stopped.`,
      ),
      ...survey.notes,
      ...facts.definition.warnings,
      ...facts.warnings,
      ...(plan.members.length === 0 ? ['There is no data to put back.'] : []),
    ],
  };
}

type ContainerAction = EnvironmentPreflight['containers'][number]['action'];

const actionOf = (state: string) => (state === 'missing' ? 'make' : 'keep');

function containersOf({ definition, survey, plan, present }: PreflightFacts) {
  const defined = survey.containers.map(({ name, state, running, differences }) => ({
    name,
    service: definition.containers.find((container) => container.name === name)?.service,
    action: containerAction(name, state, plan),
    running: running && state !== 'taken',
    starts: plan.start.includes(name),
    differences: [...differences],
  }));
  const known = new Set(defined.map(({ name }) => name));
  const others = present
    .filter(({ name }) => !known.has(name))
    .map(({ name, running }) => ({
      name,
      service: undefined,
      action: containerAction(name, 'same', plan),
      running,
      starts: plan.start.includes(name),
      differences: [],
    }));
  return [...defined, ...others];
}

function containerAction(name: string, state: string, plan: RestorePlan): ContainerAction {
  if (state === 'missing') return 'make';
  return plan.stop.includes(name) ? 'stop' : 'keep';
}

function problemsOf(facts: PreflightFacts): EnvironmentPreflight['problems'] {
  const { survey, members, space, ownContainer, otherRestore } = facts;
  const needed = members.reduce((sum, { bytes = 0, snapshotId }) => sum + (snapshotId ? bytes : 0), 0);
  return [
    ...survey.problems.map(({ code, detail }) => ({ code, detail })),
    ...facts.problems,
    ...(ownContainer === undefined
      ? []
      : [
          {
            code: 'restore-blocked',
            detail: `Holdfast itself runs in ${ownContainer}, which would be stopped: run it outside the environment.`,
          },
        ]),
    ...(otherRestore === undefined
      ? []
      : [
          {
            code: 'restore-blocked',
            detail: `Another restore of it has not ended: holdfast operations --follow ${otherRestore}`,
          },
        ]),
    ...(space === undefined || space.freeBytes >= needed
      ? []
      : [
          {
            code: 'restore-space',
            detail: `The data is loaded beside what is there and needs at least ${needed} bytes; at ${space.path} ${space.freeBytes} are free.`,
          },
        ]),
  ];
}
