import { hostname } from 'node:os';
import type { ContainerMount, ContainerSummary, DockerHost } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import type { CaptureContext } from '../source.ts';
import { consistencyLabel, type Labelled } from './consistency.ts';

/** A container that has a tree of files mounted. */
export interface TreeUser extends Labelled {
  readonly id: string;
  readonly name: string;
  /** Its processes exist, frozen or not. */
  readonly alive: boolean;
  readonly running: boolean;
  readonly readWrite: boolean;
}

/** The containers that mount what `matches`. This process's own and its helpers are not among them. */
export async function treeUsers(
  docker: DockerHost,
  matches: (mount: ContainerMount) => boolean,
): Promise<TreeUser[]> {
  const containers = await docker.list();
  return containers
    .filter((container) => !isOwn(container))
    .flatMap(({ id, name, state, labels, mounts }) => {
      const used = mounts.filter(matches);
      if (used.length === 0) return [];
      const running = state === 'running' || state === 'restarting';
      const alive = running || state === 'paused';
      const readWrite = used.some((mount) => mount.readWrite);
      return [{ id, name, labels, running, alive, readWrite, shown: `the container ${name}` }];
    });
}

/** A container's host name is the beginning of its id, unless somebody chose another. */
function isOwn({ id, labels }: ContainerSummary): boolean {
  return 'holdfast.helper' in labels || (hostname().length >= 12 && id.startsWith(hostname()));
}

/** Who uses a tree whose content is to be replaced, and whether Holdfast may stop them meanwhile. */
export interface Occupation {
  readonly users: readonly TreeUser[];
  readonly mayStop: boolean;
  /** The tree, for a person. */
  readonly shown: string;
}

/** @throws HoldfastError `restore-target-busy` when a container that may write there is alive and not to be stopped */
export function refuseBusy({ users, mayStop, shown }: Occupation): void {
  const busy = users.filter((user) => user.alive && user.readWrite && !(mayStop && user.running));
  if (busy.length === 0) return;
  const names = busy.map(({ name }) => name).join(', ');
  throw new HoldfastError(
    'restore-target-busy',
    `${shown} is in use by ${busy.length === 1 ? 'the container' : 'the containers'} ${names}.`,
    {
      hint: `Stop what uses it, restore, and start it again; or give it the label ${consistencyLabel}=stop, and Holdfast does both. Nothing was changed.`,
    },
  );
}

/**
 * Stops what may write to a tree where that is allowed.
 * @returns how to let it go on
 * @throws HoldfastError as `refuseBusy`, and those of the keeper of services
 */
export async function clearUsers(
  occupation: Occupation,
  { services, operationId, reporter }: CaptureContext,
): Promise<() => Promise<void>> {
  const mayStop = occupation.mayStop && services !== undefined;
  refuseBusy({ ...occupation, mayStop });
  const writers = occupation.users.filter((user) => user.running && user.readWrite);
  if (!mayStop || writers.length === 0) return async () => {};
  reporter.step('stopping what uses it');
  return services.hold({ operationId, containers: writers, action: 'stop', reporter });
}
