import { type RestorePreflight, restoreModes } from '@holdfast/contracts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { StoredSnapshot } from '../snapshots/snapshot.ts';
import type { StoredSource } from '../sources/source.ts';
import { describeTarget, type TargetParts, versionWarnings } from './restore-target.ts';

export interface RestorePreflightParts extends TargetParts {
  readonly destinations: DestinationsService;
}

/** Looks at what a restore of one source would touch, and how it can be done. Changes nothing. */
export async function preflightRestore(
  parts: RestorePreflightParts,
  source: StoredSource,
  snapshot: StoredSnapshot,
  signal: AbortSignal,
): Promise<RestorePreflight> {
  const problems: RestorePreflight['problems'] = [];
  const warnings: string[] = [];
  const { traits } = parts.sources.kindOf(source);
  const target = await describeTarget(parts, source, snapshot, { warnings, problems, signal });
  const possible = { swap: true, beside: traits.restoreBeside, 'in-place': traits.restoreInPlace };
  return {
    sourceId: source.id,
    source: source.name,
    kind: source.kind,
    snapshotId: snapshot.id,
    time: snapshot.time,
    bytes: snapshot.bytes,
    destination: (await parts.destinations.get(snapshot.destinationId)).name,
    modes: restoreModes.filter((mode) => possible[mode]),
    files: traits.restorePaths,
    besideName: traits.restoreBeside ? besideName(source, target.replaces) : undefined,
    ...target,
    problems,
    warnings: [
      ...(snapshot.state === 'suspicious'
        ? [
            'The snapshot is suspicious: it holds much less than the one before. Look whether it is what you want.',
          ]
        : []),
      ...(source.present
        ? []
        : [
            `${source.name} was not found at the last look around. What it belongs to may have to be started first.`,
          ]),
      ...versionWarnings([{ source: source.name, versions: target.versions }]),
      ...warnings,
    ],
  };
}

/** What a person would call the copy: beside a path by its path, of one database by its name. */
function besideName({ volume, path }: StoredSource, replaces: RestorePreflight['replaces']): string {
  if (volume !== undefined) return `${volume}_restored`;
  if (path !== undefined) return `${path}-restored`;
  const [first] = replaces;
  return first !== undefined && replaces.length === 1 ? `${first.name}_restored` : 'restored';
}
