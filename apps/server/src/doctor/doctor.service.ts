import { stat, statfs } from 'node:fs/promises';
import type { DoctorReport } from '@holdfast/contracts';
import type { DockerHost } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Clock } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { Vault } from '../vault/vault.service.ts';
import type { Check } from './check.ts';
import { dockerChecks } from './docker-checks.ts';

export interface DoctorParts {
  readonly describeEngine: () => Promise<string>;
  readonly docker: DockerHost;
  readonly destinations: DestinationsService;
  readonly sources: SourcesService;
  readonly vault: Vault;
  readonly alerts: AlertsService;
  readonly dataDirectory: string;
  readonly clock: Clock;
  /** The time of the newest record: a clock that shows less has gone backwards. */
  readonly newestRecord: () => Promise<Date | undefined>;
}

const leastNodeMajor = 24;
const leastFreeBytes = 512 * 1024 * 1024;

/** What is installed, reachable, missing, and how to mend it. Every check is made, whatever the others find. */
export async function examine(parts: DoctorParts): Promise<DoctorReport> {
  const groups = await Promise.all([
    Promise.resolve(checkNode()),
    guarded('restic', () => checkEngine(parts)),
    dockerChecks(parts.docker),
    guarded('data directory', () => checkDataDirectory(parts)),
    guarded('clock', () => checkClock(parts)),
    guarded('vault', () => checkVault(parts)),
    guarded('destinations', () => checkDestinations(parts)),
    guarded('sources', () => checkSources(parts)),
    guarded('alerts', () => checkAlerts(parts)),
  ]);
  const checks = groups.flat();
  return { ok: checks.every(({ state }) => state !== 'failed'), checks };
}

async function guarded(name: string, run: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await run();
  } catch (error) {
    const { message, hint } = asHoldfastError(error);
    return [{ name, state: 'failed', detail: message, hint }];
  }
}

function checkNode(): Check[] {
  const version = process.versions.node;
  const recent = Number(version.split('.')[0]) >= leastNodeMajor;
  return [
    recent
      ? { name: 'node', state: 'ok', detail: `Node ${version}.` }
      : {
          name: 'node',
          state: 'failed',
          detail: `Node ${version}.`,
          hint: `Use Node ${leastNodeMajor} or newer.`,
        },
  ];
}

async function checkEngine({ describeEngine }: DoctorParts): Promise<Check[]> {
  return [{ name: 'restic', state: 'ok', detail: await describeEngine() }];
}

async function checkDataDirectory({ dataDirectory }: DoctorParts): Promise<Check[]> {
  const [disk, directory] = await Promise.all([statfs(dataDirectory), stat(dataDirectory)]);
  const free = disk.bavail * disk.bsize;
  const open = (directory.mode & 0o077) !== 0;
  const detail = `${dataDirectory}, ${Math.floor(free / 1024 / 1024)} MiB free.`;
  if (open) {
    const hint = `Others on this host can look into it. Run: chmod 700 ${JSON.stringify(dataDirectory)}`;
    return [{ name: 'data directory', state: 'warning', detail, hint }];
  }
  return free < leastFreeBytes
    ? [{ name: 'data directory', state: 'warning', detail, hint: 'Free some space on that disk.' }]
    : [{ name: 'data directory', state: 'ok', detail }];
}

async function checkClock({ clock, newestRecord }: DoctorParts): Promise<Check[]> {
  const now = clock.now();
  const newest = await newestRecord();
  const backwards = newest !== undefined && newest.getTime() > now.getTime() + 60_000;
  const detail = `It is ${now.toISOString()}.`;
  const hint = `Something was recorded at ${newest?.toISOString() ?? ''}. Set the clock right: timedatectl set-ntp true`;
  return [
    backwards ? { name: 'clock', state: 'failed', detail, hint } : { name: 'clock', state: 'ok', detail },
  ];
}

async function checkVault({ vault }: DoctorParts): Promise<Check[]> {
  await vault.verify();
  return [{ name: 'vault', state: 'ok', detail: 'The master key opens it.' }];
}

async function checkDestinations({ destinations }: DoctorParts): Promise<Check[]> {
  const all = await destinations.list();
  if (all.length === 0) {
    const hint = 'Add one with: holdfast destinations add';
    return [{ name: 'destinations', state: 'failed', detail: 'There is none.', hint }];
  }
  return Promise.all(
    all.map(async (stored): Promise<Check> => {
      const name = `destination ${stored.name}`;
      const place = (await destinations.open(stored)).describe();
      const probe = stored.lastProbe;
      if (probe === undefined) {
        const hint = `Try it with: holdfast destinations test ${stored.name}`;
        return { name, state: 'ok', detail: `${place}; not tested yet.`, hint };
      }
      return probe.ok
        ? { name, state: 'ok', detail: `${place}; worked at ${probe.time}.` }
        : {
            name,
            state: 'failed',
            detail: `${place}; failed at ${probe.time}: ${probe.error?.detail ?? ''}`,
            hint: probe.error?.hint,
          };
    }),
  );
}

async function checkSources({ sources }: DoctorParts): Promise<Check[]> {
  await sources.discover();
  const present = (await sources.all()).filter((source) => source.present);
  const open = present.filter((source) => !source.protected);
  const detail = `${present.length - open.length} of ${present.length} sources are protected.`;
  if (open.length === 0) return [{ name: 'sources', state: 'ok', detail }];
  const hint = open.map(({ name, reason }) => `${name}: ${reason ?? ''}`).join(' ');
  return [{ name: 'sources', state: 'warning', detail, hint }];
}

/** A failed drill means that there may be nothing to go back to; what is suspicious wants a look. */
async function checkAlerts({ alerts }: DoctorParts): Promise<Check[]> {
  const open = await alerts.list('open');
  if (open.length === 0) return [{ name: 'alerts', state: 'ok', detail: 'None is open.' }];
  return open.map(({ code, subject, message, hint }) => ({
    name: `alert ${code} ${subject.name}`,
    state: code === 'drill-failed' ? 'failed' : 'warning',
    detail: message,
    hint,
  }));
}
