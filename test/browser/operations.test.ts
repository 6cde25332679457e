import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startServing } from '../support/serving.ts';
import { until } from '../support/until.ts';
import { launchChromium } from './support/chromium.ts';
import { type OpenApp, openApp } from './support/open-app.ts';

const browser = launchChromium();

async function makeFolder(app: OpenApp): Promise<string> {
  const folder = path.join(app.holdfast.dataDirectory, 'sources-of-the-test');
  await mkdir(folder, { recursive: true });
  return folder;
}

function makeLedger(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(
    'CREATE TABLE ledger (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO ledger (what) VALUES (1)',
  );
  database.close();
}

test('a backup that failed says why and what to do; once that is done it is tried again', async () => {
  await using app = await openApp(await browser());
  const folder = await makeFolder(app);
  const file = path.join(folder, 'ledger.db');
  makeLedger(file);
  await app.client.declareSource({ kind: 'sqlite', path: file, name: 'ledger' });
  await writeFile(file, randomBytes(20_000));

  const page = await app.owner();
  await page.goto(`${app.url}/sources`);
  await page.getByRole('link', { name: 'ledger' }).first().click();
  await page.getByRole('button', { name: 'Back up now' }).first().click();
  const told = page.getByRole('alert').first();
  await told.getByText('Next:').waitFor();
  const [failed] = await app.client.operations(1);
  expect(failed).toMatchObject({ kind: 'backup', state: 'failed' });
  const problem = failed?.items?.[0]?.error ?? failed?.error;
  expect(await page.content()).toContain(problem?.code ?? 'no code');
  expect(await app.client.snapshots('ledger')).toEqual([]);

  await writeFile(file, '');
  makeLedger(file);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('1 of 1 done').waitFor();
  expect(await app.client.snapshots('ledger')).toHaveLength(1);
});

test('two tabs show an operation as it happens, over a server that is killed and starts again', async () => {
  await using app = await openApp(await browser());
  const folder = await makeFolder(app);
  await writeFile(path.join(folder, 'large'), randomBytes(400_000_000));
  await app.client.declareSource({ kind: 'directory', path: folder, name: 'large' });
  const page = await app.owner();
  const other = await app.owner();
  await page.goto(`${app.url}/operations`);
  await other.goto(`${app.url}/operations`);

  const { id } = await app.client.startBackup({ names: ['large'], all: false });
  for (const tab of [page, other]) {
    await tab.getByRole('link', { name: 'Backup of large' }).click();
    await tab.getByRole('heading', { name: 'Backup of large', level: 1 }).waitFor();
  }
  await until('it runs', async () => (await app.client.operation(id)).state === 'running');
  await app.server.kill();
  for (const tab of [page, other]) await tab.getByText('No connection to the server').waitFor();
  // A page whose code was not loaded before waits for the server, too.
  await other.getByRole('link', { name: 'Plans' }).click();

  await using _again = await startServing(app.holdfast, { port: Number(new URL(app.url).port) });
  for (const tab of [page, other]) {
    await tab.getByText('No connection to the server').waitFor({ state: 'detached' });
  }
  // What the dead server ran is in a definite state, told without loading the page again.
  await page.getByText('interrupted').first().waitFor();
  await other.getByRole('heading', { name: 'Plans', level: 1 }).waitFor();
  expect(await app.client.operation(id)).toMatchObject({ state: 'interrupted' });
});
