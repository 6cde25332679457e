import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { dataDirectoryFiles } from '../../apps/server/src/data-directory/files.ts';
import type { Figure } from '../report.ts';
import { largeSeed, seed } from '../seed.ts';
import { type Options, withFolder } from '../workspace.ts';

const scenario = 'api';
/** Targets: what a person waits for is there at once, and the server stays small, whatever the history. */
const targets = { p95: 50, residentMebibytes: 200, stall: 200 };
/** Long enough for the look at all sources that comes every minute. */
const restMs = 75_000;
const rounds = 100;
const warmUps = 5;
const program = path.join(import.meta.dirname, '..', '..', 'bin', 'holdfast');
const watcher = pathToFileURL(path.join(import.meta.dirname, '..', 'watch-event-loop.js')).href;

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
  plans: '/v1/plans',
  'plans, later page': '/v1/plans?cursor=plan-00500',
};

/** Every list and the overview over HTTP, on a directory with a long history. */
export async function measureApi(options: Options): Promise<Figure[]> {
  return withFolder(async (folder) => {
    const begun = performance.now();
    await seed(folder, largeSeed);
    options.log(`seeded in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    const port = 20_000 + (process.pid % 20_000);
    const stalls = path.join(folder, 'stalls');
    const server = spawn(program, ['serve', '--data-dir', folder, '--port', String(port)], {
      stdio: 'ignore',
      env: {
        ...process.env,
        NODE_OPTIONS: `--import ${watcher}`,
        HOLDFAST_BENCH_STALLS: stalls,
        // No engine that would say that what was seeded is gone.
        DOCKER_HOST: `unix://${path.join(folder, 'no-engine.sock')}`,
        HOLDFAST_BACKUP_CRON: '0 0 1 1 *',
      },
    });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    try {
      const url = `http://127.0.0.1:${port}`;
      await untilAnswers(`${url}/healthz`);
      // Before it listens it loads its code, and nobody can wait for it yet.
      await longestStall(server, stalls);
      await untilAnswers(`${url}/readyz`);
      const token = readFileSync(dataDirectoryFiles(folder).token, 'utf8').trim();
      const note = (name: string, value: number, unit: Figure['unit'], target?: number): Figure => {
        options.log(`${name}: ${value.toFixed(1)} ${unit}`);
        return { scenario, name, value, unit, ...(target === undefined ? {} : { target }) };
      };
      const figures = [
        note(
          'longest stall after it listens, while it starts',
          await longestStall(server, stalls),
          'milliseconds',
        ),
      ];
      await sleep(restMs);
      figures.push(
        note('longest stall at rest', await longestStall(server, stalls), 'milliseconds', targets.stall),
        note('resident memory at rest', mebibytes(server, 'VmRSS'), 'MiB', targets.residentMebibytes),
      );
      for (const [name, query] of Object.entries(queries)) {
        const worked = processorMs(server.pid ?? 0);
        const times = await timesOf(`${url}${query}`, token);
        const each = (processorMs(server.pid ?? 0) - worked) / (rounds + warmUps);
        const of = (share: number) =>
          times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
        figures.push(
          note(`${name}, processor time of the server`, each, 'milliseconds'),
          note(`${name}, p50`, of(0.5), 'milliseconds'),
          note(`${name}, p95`, of(0.95), 'milliseconds', targets.p95),
        );
      }
      figures.push(
        note('longest stall while it answers', await longestStall(server, stalls), 'milliseconds'),
      );
      const scrapes = await timesOf(`${url}/metrics`, token, 3);
      return [
        ...figures,
        note('a scrape of the metrics, p50', scrapes[1] ?? Number.NaN, 'milliseconds'),
        note('longest stall by a scrape of the metrics', await longestStall(server, stalls), 'milliseconds'),
        note('peak resident memory', mebibytes(server, 'VmHWM'), 'MiB', targets.residentMebibytes),
      ];
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The server did not become ready.');
}

/** In milliseconds, shortest first; the first few requests are not counted. */
async function timesOf(url: string, token: string, asks = rounds): Promise<number[]> {
  const times: number[] = [];
  for (let round = -warmUps; round < asks; round += 1) {
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

/** Since it was asked for last; in milliseconds. */
async function longestStall(server: ChildProcess, file: string): Promise<number> {
  rmSync(file, { force: true });
  server.kill('SIGUSR2');
  for (let tries = 0; tries < 100; tries += 1) {
    const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (written !== '') return Number(written);
    await sleep(100);
  }
  throw new Error('The server does not say how long it stalled.');
}

function mebibytes({ pid }: ChildProcess, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes = '0'] = new RegExp(`${what}:\\s+(\\d+)`).exec(status) ?? [];
  return Number(kilobytes) / 1024;
}
