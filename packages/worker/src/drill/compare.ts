import type { Manifest } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { RestoreReport, SourceTraits } from '@holdfast/sources';

/** What a drill found equal to what was counted and hashed at backup time. */
export interface Compared {
  readonly counts: Manifest['counts'];
  readonly hashes: NonNullable<Manifest['hashes']>;
  readonly warnings: readonly string[];
}

const shown = 5;

/**
 * A restore refuses by itself what differs from the manifest; a drill also refuses what was not looked at.
 * Folders are the exception: what changed while it was read was counted at another moment than it was stored, and the
 * kind leaves it out of what it calls verified.
 *
 * @throws HoldfastError `restore-verification-failed` naming what differs or is missing
 */
export function compare(manifest: Manifest, report: RestoreReport, traits: SourceTraits): Compared {
  const { counts, hashes = {} } = manifest;
  const different = [
    ...differences(counts, report.verified),
    ...differences(hashes, report.verifiedHashes ?? {}),
  ];
  if (different.length > 0) throw refused(`it differs: ${list(different)}`);
  const missing = Object.keys(counts).filter((name) => report.verified[name] === undefined);
  if (missing.length > 0 && (traits.counts !== 'files' || missing.length === Object.keys(counts).length)) {
    throw refused(`it was not counted: ${list(missing)}`);
  }
  const notHashed = Object.keys(hashes).filter((name) => report.verifiedHashes?.[name] === undefined);
  return {
    counts: report.verified,
    hashes: report.verifiedHashes ?? {},
    warnings: [
      ...(missing.length > 0
        ? [`Not compared, because it changed while it was backed up: ${list(missing)}.`]
        : []),
      ...(notHashed.length > 0 ? [`The content could not be hashed again: ${list(notHashed)}.`] : []),
    ],
  };
}

function differences<T>(expected: Readonly<Record<string, T>>, found: Readonly<Record<string, T>>): string[] {
  return Object.entries(found).flatMap(([name, value]) =>
    expected[name] === value
      ? []
      : [`${name} is ${String(value)}, was ${String(expected[name] ?? 'not there')}`],
  );
}

function list(items: readonly string[]): string {
  const more = items.length > shown ? ` and ${items.length - shown} more` : '';
  return `${items.slice(0, shown).join('; ')}${more}`;
}

function refused(why: string): HoldfastError {
  return new HoldfastError(
    'restore-verification-failed',
    `The restored copy is not what was backed up: ${why}.`,
  );
}
