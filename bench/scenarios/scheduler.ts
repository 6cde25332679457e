import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installation, program } from '../holdfast.ts';
import type { Figure } from '../report.ts';
import { type Options, withFolder } from '../workspace.ts';

const plans = 1000;
/** How late the pass of a plan may be stored after it was due, whichever of the thousand it is. */
const targetSeconds = 1;
const scenario = `scheduler (${plans} plans due in the same minute, real clock)`;

/** How late the passes of many plans begin that are all due at the same time. They catch nothing: only the start is measured. */
export async function measureScheduler(options: Options): Promise<Figure[]> {
  return await withFolder(async (folder) => {
    const { environment } = installation(folder, 'holdfast-bench-nothing', { HOLDFAST_TIME_ZONE: 'UTC' });
    const server = spawn(program, ['serve', '--port', '0'], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    try {
      const api = await connect(folder);
      const due = await addPlans(api, options);
      await sleep(due - Date.now() + 1_000);
      return figures(await lateness(api, due, options));
    } finally {
      await end(server);
    }
  });
}

type Api = (method: string, route: string, body?: unknown) => Promise<unknown>;

async function connect(folder: string): Promise<Api> {
  const [socketPath, tokenFile] = [path.join(folder, 'holdfast.sock'), path.join(folder, 'holdfast.token')];
  for (let tries = 0; !existsSync(socketPath) || !existsSync(tokenFile); tries += 1) {
    if (tries > 1_200) throw new Error('holdfast serve did not start.');
    await sleep(100);
  }
  const authorization = `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`;
  return (method, route, body) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const sent = request({ socketPath, method, path: route, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const failed = (response.statusCode ?? 500) >= 400;
          if (failed) reject(new Error(`${method} ${route}: ${text}`));
          else resolve(text === '' ? undefined : JSON.parse(text));
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

const batch = 20;
const minuteMs = 60_000;

/** @returns when they are due, in milliseconds */
async function addPlans(api: Api, { log }: Options): Promise<number> {
  const begun = performance.now();
  await addBatch(api, 'paused', { enabled: false });
  // How long the others will take, and as much again.
  const takes = (performance.now() - begun) * (plans / batch) * 2;
  const due = Math.ceil((Date.now() + takes + minuteMs) / minuteMs) * minuteMs;
  log(`adding ${plans} plans that are due at ${new Date(due).toISOString()}`);
  const at = new Date(due);
  const schedule = { preset: 'daily', hour: at.getUTCHours(), minute: at.getUTCMinutes() };
  for (let first = 0; first < plans; first += batch) await addBatch(api, `plan-${first}`, { schedule });
  const left = due - Date.now();
  if (left < 0) throw new Error(`It took too long to add ${plans} plans.`);
  log(`they were added ${(left / 1000).toFixed(0)} s before`);
  return due;
}

async function addBatch(api: Api, prefix: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const names = Array.from({ length: batch }, (_, index) => `${prefix}-${index}`);
  await Promise.all(
    names.map((name) => api('POST', '/v1/plans', { name, selector: { sources: [name] }, ...fields })),
  );
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly createdAt: string; readonly startedAt?: string }[];
  readonly next?: string;
}

interface Lateness {
  readonly stored: readonly number[];
  readonly begun: readonly number[];
}

/** Waits until each has begun. In seconds. */
async function lateness(api: Api, due: number, { log }: Options): Promise<Lateness> {
  for (let tries = 0; tries < 120; tries += 1) {
    const passes = (await listAll(api)).filter(({ createdAt }) => Date.parse(createdAt) >= due);
    const begun = passes.flatMap(({ startedAt }) => startedAt ?? []);
    if (begun.length >= plans) {
      const since = (time: string) => (Date.parse(time) - due) / 1000;
      return { stored: passes.map(({ createdAt }) => since(createdAt)), begun: begun.map(since) };
    }
    log(`${passes.length} stored, ${begun.length} begun`);
    await sleep(1_000);
  }
  throw new Error('Not all plans were started within two minutes.');
}

async function listAll(api: Api): Promise<Listed['items']> {
  const items: Listed['items'][number][] = [];
  for (let cursor = ''; ; ) {
    const page = (await api('GET', `/v1/operations?kind=backup&limit=500${cursor}`)) as Listed;
    items.push(...page.items);
    if (page.next === undefined) return items;
    cursor = `&cursor=${page.next}`;
  }
}

function figures({ stored, begun }: Lateness): Figure[] {
  const figure = (name: string, value: number, target?: number): Figure => ({
    scenario,
    name,
    value,
    unit: 'milliseconds',
    ...(target === undefined ? {} : { target: target * 1000 }),
  });
  const of = (values: readonly number[], share: number) => {
    const sorted = values.toSorted((a, b) => a - b);
    return (sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN) * 1000;
  };
  return [
    figure('stored after it was due, median', of(stored, 0.5)),
    figure('stored after it was due, p99', of(stored, 0.99)),
    figure('stored after it was due, the last', of(stored, 1), targetSeconds),
    figure('begun after it was due, median', of(begun, 0.5)),
    figure('begun after it was due, p99', of(begun, 0.99)),
    figure('begun after it was due, the last', of(begun, 1)),
  ];
}

async function end(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  if (server.exitCode !== null) return;
  server.kill('SIGTERM');
  await ended;
}
