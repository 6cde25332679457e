import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { failOnLeakedContainers, startPostgres } from '@holdfast/sources/testing';
import { expect, test } from 'vitest';
import { listSnapshots } from '../support/answers.ts';
import { backUp } from '../support/backup-report.ts';
import { freshHoldfast } from '../support/holdfast.ts';

failOnLeakedContainers();

/** Files below a folder (database, logs, repositories) that hold a text. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    if ((await readFile(file)).includes(text)) found.push(file);
  }
  return found;
}

test('the environments of containers are stored encrypted only: not in the database, nor anywhere in the clear', async () => {
  const environment = `secrets-${randomUUID().slice(0, 8)}`;
  const [password, token] = [`p-${randomUUID()}`, `t-${randomUUID()}`];
  await using _server = await startPostgres({
    environment: { POSTGRES_PASSWORD: password, TOKEN: token },
    labels: { 'holdfast.environment': environment },
  });
  await using holdfast = await freshHoldfast('', { HOLDFAST_DISCOVERY_NAMES: '' });
  expect(await backUp(holdfast, environment)).toMatchObject({ exitCode: 0 });
  expect(await listSnapshots(holdfast, `${environment}.environment`)).toHaveLength(1);
  expect(await filesWith(holdfast.dataDirectory, environment)).not.toEqual([]);
  expect(await filesWith(holdfast.dataDirectory, password)).toEqual([]);
  expect(await filesWith(holdfast.dataDirectory, token)).toEqual([]);
});
