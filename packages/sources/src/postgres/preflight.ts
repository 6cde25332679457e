import { HoldfastError } from '@holdfast/runtime';
import type { RestoreRequest } from '../source.ts';
import type { ConnectedServer } from './connected-server.ts';
import type { RestorePlan } from './restore-plan.ts';
import { freeBytes } from './space.ts';
import type { Target } from './target.ts';

/** What a loaded database needs compared with its size at backup time: indexes are packed anew, WAL comes on top. */
const spaceFactor = 1.2;

/**
 * Finds out what would make the restore fail, before anything is changed.
 *
 * @returns warnings: what will differ, but does not stop the restore
 * @throws HoldfastError `restore-target-older`, `restore-target-incomplete`, `restore-target-busy`, `restore-space`
 */
export async function preflight(
  connected: ConnectedServer,
  plan: RestorePlan,
  target: Target,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<string[]> {
  refuseOlderServer(connected, plan);
  refuseOlderPrograms(connected, request);
  refuseMissingExtensions(plan, target);
  refusePreparedTransactions(plan, target);
  const warnings = [
    ...differingExtensions(plan, target),
    ...missingTablespaces(plan, target),
    ...replicationSlots(plan, target),
    ...unknownDatabases(plan, target, request),
  ];
  // Without a container the folder is one of another machine.
  const free =
    target.dataDirectory === null || connected.container === undefined
      ? undefined
      : await freeBytes(connected.server.runner, target.dataDirectory, signal);
  if (free === undefined) warnings.push('The free space of the target could not be found out.');
  else refuseFullDisk(plan, target, free);
  return warnings;
}

function major(version: number): number {
  return Math.floor(version / 10_000);
}

function refuseOlderServer(connected: ConnectedServer, plan: RestorePlan): void {
  const dumped = major(plan.details.serverVersion);
  if (major(connected.version) >= dumped) return;
  throw new HoldfastError(
    'restore-target-older',
    `The snapshot is of PostgreSQL ${plan.details.serverVersionText}, the target is PostgreSQL ${connected.versionText}.`,
  );
}

/** A newer pg_dump may write an archive that an older pg_restore cannot read. */
function refuseOlderPrograms(connected: ConnectedServer, request: RestoreRequest): void {
  const wrote = Number.parseInt(request.manifest.versions.pg_dump ?? '', 10);
  const reads = Number.parseInt(connected.programsVersion, 10);
  if (!(wrote > reads)) return;
  throw new HoldfastError(
    'restore-target-older',
    `The snapshot was written by pg_dump ${request.manifest.versions.pg_dump}, for ${connected.name} there is pg_restore ${connected.programsVersion}.`,
    {
      hint:
        connected.container === undefined
          ? `Install newer client programs on Holdfast's own host.`
          : 'Restore into a container whose client programs are of the same major version or a newer one.',
    },
  );
}

function refuseMissingExtensions(plan: RestorePlan, target: Target): void {
  const available = new Set(target.extensions.map(({ name }) => name));
  const missing = plan.databases.flatMap(({ extensions }) =>
    extensions.map(({ name }) => name).filter((name) => !available.has(name)),
  );
  if (missing.length === 0) return;
  throw new HoldfastError(
    'restore-target-incomplete',
    `The target server lacks extensions that the data needs: ${[...new Set(missing)].join(', ')}.`,
    {
      hint: 'Restore into a container of the image that was backed up, or install the extensions in the target.',
    },
  );
}

/** No session holds a prepared transaction, so none can be ended to let the database be renamed. */
function refusePreparedTransactions(plan: RestorePlan, target: Target): void {
  const replaced = new Set(plan.databases.map(({ final }) => final));
  const held = target.preparedTransactions.filter(({ database }) => replaced.has(database));
  if (held.length === 0) return;
  throw new HoldfastError(
    'restore-target-busy',
    `Prepared transactions hold the databases to be replaced: ${held.map(({ id, database }) => `"${id}" in "${database}"`).join(', ')}.`,
    { hint: 'End them with COMMIT PREPARED or ROLLBACK PREPARED, then start the restore again.' },
  );
}

function differingExtensions(plan: RestorePlan, target: Target): string[] {
  const available = new Map(target.extensions.map(({ name, version }) => [name, version]));
  return plan.databases.flatMap((database) =>
    database.extensions
      .filter(({ name, version }) => available.get(name) !== version)
      .map(
        ({ name, version }) =>
          `Extension "${name}" of database "${database.name}" was at version ${version} and will be at ${available.get(name)}.`,
      ),
  );
}

function missingTablespaces(plan: RestorePlan, target: Target): string[] {
  return plan.databases
    .filter(({ properties }) => !target.tablespaces.includes(properties.tablespace))
    .map(
      ({ name, properties }) =>
        `The target has no tablespace "${properties.tablespace}": database "${name}" goes into the default one.`,
    );
}

function replicationSlots(plan: RestorePlan, target: Target): string[] {
  const replaced = new Set(plan.databases.map(({ final }) => final));
  return target.replicationSlots
    .filter(({ database }) => replaced.has(database))
    .map(
      ({ database, name }) =>
        `Replication slot "${name}" stays with what database "${database}" holds now; subscribers have to be set up anew.`,
    );
}

function unknownDatabases(plan: RestorePlan, target: Target, request: RestoreRequest): string[] {
  if (request.mode === 'beside' || request.part !== undefined) return [];
  const known = new Set([
    ...plan.details.databases.map(({ name }) => name),
    ...plan.details.skippedDatabases.map(({ name }) => name),
    'postgres',
  ]);
  return target.databases
    .filter(({ name, isTemplate }) => !isTemplate && !known.has(name))
    .map(({ name }) => `Database "${name}" of the target is not in the snapshot and was left as it is.`);
}

function refuseFullDisk(plan: RestorePlan, target: Target, free: number): void {
  const dropped = target.databases.filter(({ name }) => plan.dropped.includes(name));
  const usable = free + dropped.reduce((sum, { bytes }) => sum + bytes, 0);
  const needed = spaceFactor * plan.databases.reduce((sum, { bytes }) => sum + bytes, 0);
  if (usable >= needed) return;
  throw new HoldfastError(
    'restore-space',
    `The restore needs about ${inMiB(needed)} in ${target.dataDirectory} of the target; ${inMiB(usable)} are free.`,
    dropped.length > 0 ? { hint: 'Free space on that disk, then start the restore again.' } : {},
  );
}

function inMiB(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
