import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dataDirectoryFiles } from '../../apps/server/src/data-directory/files.ts';
import type { Figure } from '../report.ts';
import { largeSeed, seed } from '../seed.ts';
import { type Options, withFolder } from '../workspace.ts';

const scenario = 'api';
/** Targets: what a person waits for is there at once, and the server stays small, whatever the history. */
const targets = { p95: 50, residentMebibytes: 200 };
const rounds = 100;
const warmUps = 5;
const program = path.join(import.meta.dirname, '..', '..', 'bin', 'holdfast');

const queries: Readonly<Record<string, string>> = {
  overview: '/v1/overview',
  environments: '/v1/environments',
  'environments, later page': '/v1/environments?limit=100&cursor=environment-00800',
  sources: '/v1/sources?limit=200',
  'sources of an environment': '/v1/sources?environment=environment-00500',
  'sources, searched': '/v1/sources?search=00777&limit=200',
  source: '/v1/sources/environment-00500-postgres-0',
  snapshots: '/v1/snapshots',
  'snapshots, later page': '/v1/snapshots?cursor=300000',
  'snapshots of a source': '/v1/snapshots?source=environment-00500-postgres-0',
  operations: '/v1/operations',
  'failed operations': '/v1/operations?state=failed',
  'recovery points': '/v1/recovery-points',
  destinations: '/v1/destinations',
  alerts: '/v1/alerts',
};

/** Every list and the overview over HTTP, on a directory with a long history. */
export async function measureApi(options: Options): Promise<Figure[]> {
  return withFolder(async (folder) => {
    const begun = performance.now();
    await seed(folder, largeSeed);
    options.log(`seeded in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    const port = 20_000 + (process.pid % 20_000);
    const server = spawn(program, ['serve', '--data-dir', folder, '--port', String(port)], {
      stdio: 'ignore',
      env: { ...process.env, HOLDFAST_DISCOVERY_NAMES: 'none-of-these', HOLDFAST_BACKUP_CRON: '0 0 1 1 *' },
    });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    try {
      const url = `http://127.0.0.1:${port}`;
      await untilReady(url);
      const token = readFileSync(dataDirectoryFiles(folder).token, 'utf8').trim();
      const figures: Figure[] = [];
      for (const [name, query] of Object.entries(queries)) {
        const worked = processorMs(server.pid ?? 0);
        const times = await timesOf(`${url}${query}`, token);
        const each = (processorMs(server.pid ?? 0) - worked) / (rounds + warmUps);
        const of = (share: number) =>
          times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
        options.log(
          `${name}: p50 ${of(0.5).toFixed(1)} ms, p95 ${of(0.95).toFixed(1)} ms, processor ${each.toFixed(1)} ms`,
        );
        figures.push(
          { scenario, name: `${name}, processor time of the server`, value: each, unit: 'milliseconds' },
          { scenario, name: `${name}, p50`, value: of(0.5), unit: 'milliseconds' },
          { scenario, name: `${name}, p95`, value: of(0.95), unit: 'milliseconds', target: targets.p95 },
        );
      }
      const resident = peakMebibytes(server.pid ?? 0);
      options.log(`resident: ${resident.toFixed(0)} MiB`);
      return [
        ...figures,
        {
          scenario,
          name: 'peak resident memory',
          value: resident,
          unit: 'MiB',
          target: targets.residentMebibytes,
        },
      ];
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The server did not become ready.');
}

/** In milliseconds, shortest first; the first few requests are not counted. */
async function timesOf(url: string, token: string): Promise<number[]> {
  const times: number[] = [];
  for (let round = -warmUps; round < rounds; round += 1) {
    const begun = performance.now();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
    if (round >= 0) times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b);
}

/** What the process took of the processors so far: says more than the clock where others take their share. */
function processorMs(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = rest.split(' ');
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
}

function peakMebibytes(pid: number): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
