import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { freshHoldfast } from '../support/holdfast.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { until } from '../support/until.ts';

const noContainers = 'holdfast-monitoring-test-none';

it('is scraped by a real Prometheus, and tells what it does in JSON lines', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-monitored-'));
  await writeFile(path.join(folder, 'file'), 'content');
  await using holdfast = await freshHoldfast(noContainers, { HOLDFAST_METRICS_ACCESS: 'open' });
  await holdfast.run('sources', 'add', 'directory', folder, '--name', 'files');
  const serving = holdfast.start('serve', '--port', '0');
  try {
    const address = await until('the server says where it listens', async () => {
      return /Holdfast listens on http:\/\/([\d.:]+)/.exec(serving.said())?.[1];
    });
    await using prometheus = await startPrometheus(address);
    const age = () => prometheus.query('holdfast_source_backup_age_seconds{source="files"}');
    const before = await until('a first scrape', async () => (await age())[0]);
    expect(before).toBeGreaterThanOrEqual(0);
    expect(await prometheus.query('holdfast_repository_size_bytes')).toEqual([]);
    expect(await holdfast.run('backup', 'files')).toMatchObject({ exitCode: 0 });
    const size = 'holdfast_repository_size_bytes{source="files", kind="directory", destination="local"} > 0';
    expect(await until('the size', async () => (await prometheus.query(size))[0])).toBeGreaterThan(0);
    expect(await prometheus.query('up{job="holdfast"}')).toEqual([1]);
  } finally {
    serving.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
  const { exitCode, stderr } = await serving.outcome;
  expect(exitCode).toBe(0);
  const lines = stderr
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'info', kind: 'backup', state: 'succeeded', source: 'files' }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ route: '/v1/backups', method: 'POST', principal: 'host' }),
  );
  const token = await readFile(path.join(holdfast.dataDirectory, 'holdfast.token'), 'utf8');
  expect(stderr).not.toContain(token.trim());
});
