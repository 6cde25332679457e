import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { restoreResultSchema } from '@holdfast/contracts';
import { startPostgres } from '@holdfast/sources/testing';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { type OpenApp, openApp, owner } from './support/open-app.ts';

const browser = launchChromium();

/** Containers with labels are found whatever they are named: those of other tests are none of this one. */
const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const longMs = 60_000;

test('the tour leads from the one-time code to a copy that was seen to come back', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-tour-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const original = path.join(folder, 'papers');
  await mkdir(path.join(original, 'letters'), { recursive: true });
  await writeFile(path.join(original, 'letters', 'first.txt'), 'Dear reader');
  await writeFile(path.join(original, 'list.csv'), 'a;b\n'.repeat(5000));
  const app = stack.use(await openApp(await browser(), { environment: noEngine }));
  await app.client.declareSource({ kind: 'directory', path: original, name: 'papers' });
  const page = await app.visitor();

  await page.getByLabel('One-time code').fill(app.setUpCode());
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel(/^Password/).fill(owner.password);
  await page.getByRole('button', { name: 'Make the account' }).click();

  const destination = page.getByRole('region', { name: 'Where backups go' });
  await destination.getByText('die with the server').waitFor();
  await destination.getByRole('button', { name: 'Check that it works' }).click();
  await destination.getByText('A small file was written').waitFor();
  expect(await app.client.destinations()).toMatchObject([{ name: 'local', lastProbe: { ok: true } }]);
  await goOn(page);

  await page.getByRole('button', { name: 'Show the key' }).click();
  const key = (await page.getByLabel('Team key').textContent()) ?? '';
  expect(key).toMatch(/^\S{43}$/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  const typed = page.getByRole('textbox', { name: 'Team key' });
  await typed.fill('not the key');
  await page.getByRole('button', { name: 'Confirm the key' }).click();
  await page.getByRole('alert').getByText('key-wrong').waitFor();
  expect(await app.client.keyStatus()).toMatchObject({ state: 'unconfirmed' });
  await typed.fill(key);
  await page.getByRole('button', { name: 'Confirm the key' }).click();
  await page.getByText(`${owner.name} gave it back`).waitFor();
  expect(await app.client.keyStatus()).toMatchObject({ state: 'confirmed', confirmed: { by: owner.name } });
  expect((await app.client.recoveryKit()).password).toBe(key);
  expect(await page.content()).not.toContain(key);
  await goOn(page);

  await page.getByText('papers', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Protect it all: back everything up now' }).click();
  await page.getByRole('button', { name: 'Go on' }).waitFor({ timeout: longMs });
  expect(await app.client.source('papers')).toMatchObject({
    protected: true,
    plans: ['default'],
    lastSuccess: expect.any(String),
  });

  // Left and come back: each step knows by itself whether it is done.
  await page.goto(app.url);
  await page.getByText('One step is still open').waitFor();
  await page.getByRole('link', { name: 'Go on with the tour' }).click();

  const copy = await page.getByLabel('Folder of the copy').inputValue();
  expect(copy).toMatch(new RegExp(`^${original}-restored-`));
  await page.getByRole('button', { name: 'Restore it now, beside the original' }).click();
  await page.getByText('was put back, and verified').waitFor({ timeout: longMs });
  expect(await restored(app)).toEqual([copy]);
  expect(await contentOf(copy)).toEqual(await contentOf(original));
  await goOn(page);

  await page.getByText('Protected, and seen to come back').waitFor();
  await page.getByRole('link', { name: 'To the overview' }).last().click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  expect(await page.getByText('Go on with the tour').count()).toBe(0);
});

test('a PostgreSQL in a container is found, backed up and restored beside itself', async () => {
  await using postgres = await startPostgres();
  await postgres.sql('CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
  await using app = await openApp(await browser(), { containers: postgres.name });
  await app.client.probeDestination('local');
  const page = await app.owner();
  await app.client.confirmKey((await app.client.recoveryKit()).password);
  await page.goto(`${app.url}/welcome`);
  await page.getByText(postgres.name, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Protect it all: back everything up now' }).click();
  await page.getByRole('button', { name: 'Go on' }).click({ timeout: longMs });
  await page.getByRole('combobox', { name: 'What to restore' }).click();
  await page.getByRole('option', { name: postgres.name }).click();
  await page.getByRole('button', { name: 'Restore it now, beside the original' }).click();
  await page.getByText('was put back, and verified').waitFor({ timeout: longMs });
  const [copy] = await restored(app);
  expect(await postgres.sql('SELECT count(*) FROM t', copy)).toBe('1000');
});

function goOn(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Go on' }).click();
}

/** What the newest restore, which has to have succeeded, says that it put where. */
async function restored({ client }: OpenApp): Promise<string[]> {
  const operation = (await client.operations(10)).find(({ kind }) => kind === 'restore');
  expect(operation).toMatchObject({ state: 'succeeded' });
  return restoreResultSchema.parse(operation?.result).restored;
}

/** By path: the content of each file below a folder. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const contents = files
    .toSorted()
    .map(async (file) => [path.relative(folder, file), await readFile(file, 'utf8')]);
  return Object.fromEntries(await Promise.all(contents)) as Record<string, string>;
}
