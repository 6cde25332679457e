import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { type OpenApp, openApp } from './support/open-app.ts';

const browser = launchChromium();

async function makeFolder(app: OpenApp, name: string): Promise<string> {
  const folder = path.join(app.holdfast.dataDirectory, 'sources-of-the-test', name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'a-file'), `content of ${name}`);
  return folder;
}

test('a folder is declared, backed up from its page, proven, and no longer declared', async () => {
  await using app = await openApp(await browser());
  const folder = await makeFolder(app, 'photos');
  const page = await app.owner();
  await page.goto(`${app.url}/sources`);

  await page.getByRole('button', { name: 'Declare a source' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Declare a source' });
  await dialog.getByLabel('Path').fill('/nowhere/at/all');
  await dialog.getByRole('button', { name: 'Declare it' }).click();
  await dialog.getByText('/nowhere/at/all cannot be read').waitFor();
  expect(await dialog.getByLabel('Path').getAttribute('aria-invalid')).toBe('true');
  expect((await app.client.sources()).items.filter(({ declared }) => declared)).toEqual([]);

  await dialog.getByLabel('Path').fill(folder);
  await dialog.getByLabel('Environment').fill('home');
  await dialog.getByRole('button', { name: 'Declare it' }).click();
  await page.getByRole('heading', { name: 'photos', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'default' }).waitFor();
  const source = await app.client.source('photos');
  expect(source).toMatchObject({ kind: 'directory', path: folder, environment: 'home', declared: true });

  await page.getByRole('button', { name: 'Back up now' }).first().click();
  await page.getByText('1 of 1 done').waitFor();
  const [snapshot] = await app.client.snapshots('photos');
  expect(snapshot).toMatchObject({ source: 'photos', state: 'good' });

  await page.goBack();
  const row = page.getByRole('table', { name: 'Snapshots' }).getByRole('row').nth(1);
  expect(await row.getByRole('link').first().getAttribute('href')).toBe(`/snapshots/${snapshot?.id}`);
  const restore = await row.getByRole('link', { name: /^Restore/ }).getAttribute('href');
  expect(restore).toBe(`/restore?source=photos&snapshot=${snapshot?.id}`);
  await page.getByRole('button', { name: 'Prove it now' }).click();
  await page.getByRole('heading', { name: 'Drill of photos' }).waitFor();
  await page.locator('main').getByText('succeeded').first().waitFor();
  expect((await app.client.source('photos')).lastVerified).toBeDefined();

  await page.goto(`${app.url}/environments`);
  await page.getByLabel('Search by name').fill('home');
  await page.getByRole('table', { name: 'Environments' }).getByRole('link', { name: 'home' }).click();
  await page.getByText('1 of 1 source', { exact: true }).waitFor();
  await page.getByRole('table', { name: 'Sources' }).getByRole('link', { name: 'photos' }).click();
  await page.getByRole('button', { name: 'Undeclare' }).click();
  await page.getByRole('textbox', { name: 'Type photos to confirm' }).fill('photos');
  await page.getByRole('button', { name: 'Take the declaration back' }).click();
  await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
  expect(await app.client.source(source.id)).toMatchObject({ declared: false, present: false });
  expect(await app.client.snapshots(source.id)).toHaveLength(1);
});

test('a viewer sees a source and its environment, and nothing that would do something', async () => {
  await using app = await openApp(await browser());
  const folder = await makeFolder(app, 'photos');
  const { id } = await app.client.declareSource({ kind: 'directory', path: folder, environment: 'home' });
  const page = await app.member('viewer');
  for (const [address, title] of [
    [`/sources/${id}`, 'photos'],
    ['/environments/home', 'home'],
    ['/environments', 'Environments'],
  ] as const) {
    await page.goto(`${app.url}${address}`);
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.locator('main').getByText('no backup yet').first().waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Restore' }).count()).toBe(0);
  }
  await page.goto(`${app.url}/sources`);
  await page.getByLabel('Search by name').fill('photos');
  await page.getByRole('link', { name: 'photos' }).waitFor();
  expect(await page.locator('main').getByRole('button').count()).toBe(0);
});
