import type { EnvironmentDefinition } from '@holdfast/contracts';
import { startOrder, stopOrder } from '@holdfast/docker';

/** One member of the recovery point that is put back. */
export interface PlannedMember {
  readonly sourceId: string;
  readonly source: string;
  readonly kind: string;
  readonly snapshotId: string;
  /** Of its kind: what its counts are of. */
  readonly counts: 'rows' | 'keys' | 'files';
  /** The container of the server that holds it; absent for files. */
  readonly container?: string;
  /** The volume that it is, or lies in. */
  readonly volume?: string;
}

/** A container of the environment as it is now. */
export interface PresentContainer {
  readonly name: string;
  readonly running: boolean;
}

export interface RestorePlan {
  /** Restored one after the other in this order. */
  readonly members: readonly PlannedMember[];
  /** Containers whose servers take the data; they run while it is loaded. */
  readonly databases: readonly string[];
  /** Running containers that are stopped first, in this order. */
  readonly stop: readonly string[];
  /** Containers that run in the end, in the order of their start. */
  readonly start: readonly string[];
}

/** What is taken off, and in which order things are put back. */
export function planRestore(
  definition: Pick<EnvironmentDefinition, 'containers'>,
  present: readonly PresentContainer[],
  members: readonly PlannedMember[],
): RestorePlan {
  const known = new Set(definition.containers.map(({ name }) => name));
  const ran = new Set(present.filter(({ running }) => running).map(({ name }) => name));
  const databases = new Set(members.flatMap(({ container }) => container ?? []));
  // What the definition does not know may depend on anything in it, so it goes first and comes last.
  const unknown = [...ran].filter((name) => !known.has(name)).toSorted();
  const starts = ({ name, running }: { name: string; running: boolean }) => running || ran.has(name);
  return {
    members: members.toSorted((a, b) => stageOf(a) - stageOf(b) || compare(a.source, b.source)),
    databases: startOrder(definition).flatMap(({ name }) => (databases.has(name) ? [name] : [])),
    stop: [...unknown, ...stopOrder(definition).map(({ name }) => name)].filter(
      (name) => ran.has(name) && !databases.has(name),
    ),
    start: [
      ...startOrder(definition)
        .filter(starts)
        .map(({ name }) => name),
      ...unknown.filter((name) => !databases.has(name)),
    ],
  };
}

/** Files first, then single files in them that have a snapshot of their own, then what needs a running server. */
function stageOf({ counts, container }: PlannedMember): number {
  if (container !== undefined) return 2;
  return counts === 'files' ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether all that a member's restore touches was made by this restore: then taking it back means to remove that, and
 * there is no state before.
 */
export function isAllMade(
  member: Pick<PlannedMember, 'container' | 'volume'>,
  made: { readonly containers: readonly string[]; readonly volumes: readonly string[] },
  mountedBy: (container: string) => readonly string[],
): boolean {
  if (member.container !== undefined) {
    return (
      made.containers.includes(member.container) &&
      mountedBy(member.container).every((volume) => made.volumes.includes(volume))
    );
  }
  return member.volume !== undefined && made.volumes.includes(member.volume);
}
