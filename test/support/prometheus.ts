import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const answerSchema = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

export interface Prometheus extends AsyncDisposable {
  /** The values of an instant query; empty while it knows none, or does not answer yet. */
  query(expression: string): Promise<number[]>;
}

/** A real Prometheus on loopback that scrapes one address every second; it and its data are gone afterwards. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const program = process.env['HOLDFAST_LAB_PROMETHEUS'];
  if (!program) throw new Error('HOLDFAST_LAB_PROMETHEUS is not set: run the tests by "npm test".');
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-prometheus-'));
  const scrape = { job_name: 'holdfast', static_configs: [{ targets: [target] }] };
  const config = { global: { scrape_interval: '1s' }, scrape_configs: [scrape] };
  // JSON is YAML, too.
  await writeFile(path.join(folder, 'prometheus.yml'), JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    program,
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  return {
    async query(expression) {
      const url = `http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const response = await fetch(url).catch(() => undefined);
      if (response?.ok !== true) return [];
      return answerSchema.parse(await response.json()).data.result.map(({ value }) => Number(value[1]));
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}
