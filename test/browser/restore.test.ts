import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { restoreResultSchema } from '@holdfast/contracts';
import { type PostgresContainer, startPostgres } from '@holdfast/sources/testing';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { launchChromium } from './support/chromium.ts';
import { type OpenApp, openApp } from './support/open-app.ts';

const browser = launchChromium();

/** A folder with a page, a picture and a note, declared as a source and backed up. */
async function savedFolder(app: OpenApp) {
  const top = await mkdtemp(path.join(tmpdir(), 'holdfast-web-'));
  const folder = path.join(top, 'site');
  const files = {
    page: path.join(folder, 'index.html'),
    picture: path.join(folder, 'media', 'a picture & more.bin'),
    note: path.join(folder, 'note.txt'),
  };
  const picture = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 7) % 256));
  await mkdir(path.dirname(files.picture), { recursive: true });
  await writeFile(files.page, 'as it was');
  await writeFile(files.picture, picture);
  await writeFile(files.note, 'a note');
  await app.client.declareSource({ kind: 'directory', path: folder, name: 'site' });
  await backUp(app, 'site');
  const [snapshot] = await app.client.snapshots('site');
  return {
    folder,
    files,
    picture,
    snapshotId: snapshot?.id ?? '',
    [Symbol.asyncDispose]: () => rm(top, { recursive: true, force: true }),
  };
}

/** A Compose project of one database that holds 1,234 orders. */
async function startProject() {
  const project = `web-${randomUUID().slice(0, 8)}`;
  const postgres = await startPostgres({
    version: '17',
    labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'db' },
  });
  await postgres.sql(
    'CREATE TABLE orders (id int primary key); INSERT INTO orders SELECT generate_series(1, 1234)',
  );
  return { project, postgres, [Symbol.asyncDispose]: () => postgres.remove() };
}

async function backUp(app: OpenApp, name: string): Promise<void> {
  const { id } = await app.client.startBackup({ names: [name], all: false });
  await until('it is backed up', async () => (await app.client.operation(id)).finishedAt !== undefined);
  expect(await app.client.operation(id)).toMatchObject({ state: 'succeeded' });
}

/** Types the name in the last step, and follows to the operation. */
async function confirm(page: Page, name: string): Promise<string> {
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole('button', { name: 'Restore now' }).click();
  await page.waitForURL('**/operations/*');
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** From the check on: nothing stands in its way, the name is typed, and all is counted at the end. */
async function seeItThrough(page: Page, name: string) {
  await page.getByText('It can begin').waitFor();
  await goOn(page);
  const id = await confirm(page, name);
  const result = page.getByRole('region', { name: 'Result' });
  await result.getByText(`${name} was put back, and verified`).waitFor({ timeout: 60_000 });
  return { id, result };
}

const ordersIn = (postgres: PostgresContainer, database = 'postgres') =>
  postgres.sql('SELECT count(*) FROM orders', database);

test('a folder is put back in place of what became of it; every step survives a reload and the way back', async () => {
  await using app = await openApp(await browser());
  await using site = await savedFolder(app);
  await writeFile(site.files.page, 'damaged');
  await rm(site.files.picture);

  const page = await app.owner();
  await page.goto(`${app.url}/restore?source=site`);
  await page.getByRole('button', { name: /: 1 snapshot$/ }).click();
  await page.getByRole('button', { name: /^Choose site of/ }).click();
  await goOn(page);
  await page.getByRole('radio', { name: /^In place of what is there now/ }).click();
  await goOn(page);
  await page.getByText('It can begin').waitFor();
  await page.reload();
  await page.getByText(site.folder).first().waitFor();
  await page.goBack();
  await page.getByRole('radio', { name: /^Beside it, under a new name/ }).waitFor();
  await goOn(page);
  await page.getByText('It can begin').waitFor();
  await goOn(page);
  await page.getByLabel('Type site to confirm').fill('Site');
  expect(await page.getByRole('button', { name: 'Restore now' }).isDisabled()).toBe(true);
  expect((await app.client.operations(50)).filter(({ kind }) => kind === 'restore')).toEqual([]);

  const id = await confirm(page, 'site');
  const result = page.getByRole('region', { name: 'Result' });
  await result.getByText('site was put back, and verified').waitFor();
  expect(await readFile(site.files.page, 'utf8')).toBe('as it was');
  expect(await readFile(site.files.picture)).toEqual(site.picture);
  const { previous } = restoreResultSchema.parse((await app.client.operation(id)).result);
  expect(await readFile(path.join(previous[0] ?? '', 'index.html'), 'utf8')).toBe('damaged');
  await result.getByText(previous[0] ?? '').waitFor();
});

test('a file is found in a snapshot and downloaded; another is put back alone', async () => {
  await using app = await openApp(await browser());
  await using site = await savedFolder(app);
  await writeFile(site.files.page, 'changed on purpose');
  await writeFile(site.files.note, 'damaged');
  const page = await app.owner();
  await page.goto(`${app.url}/snapshots/${site.snapshotId}`);
  await page.getByRole('link', { name: 'Browse and download' }).click();
  await page.getByRole('button', { name: 'media' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download a picture & more.bin' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('a picture & more.bin');
  expect(await readFile(await download.path())).toEqual(site.picture);

  await page.getByRole('button', { name: 'Snapshot' }).click();
  await page.getByRole('checkbox', { name: 'Pick note.txt' }).click();
  await page.getByRole('link', { name: 'Restore what is picked' }).click();
  await page.getByRole('radio', { name: /^Where they were.*What they replace is kept beside/ }).click();
  await goOn(page);
  await page.getByText('/note.txt').first().waitFor();
  await seeItThrough(page, 'site');
  expect(await readFile(site.files.note, 'utf8')).toBe('a note');
  expect(await readFile(site.files.page, 'utf8')).toBe('changed on purpose');
});

test('a viewer sees what there is to go back to, and no way to do it', async () => {
  await using app = await openApp(await browser());
  await using site = await savedFolder(app);
  const page = await app.member('viewer');
  await page.goto(`${app.url}/snapshots/${site.snapshotId}`);
  await page.getByRole('heading', { name: 'Not proven yet' }).waitFor();
  expect(await page.getByRole('link', { name: /Restore|Browse/ }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /Drill|Delete/ }).count()).toBe(0);
  await page.goto(`${app.url}/restore?snapshot=${site.snapshotId}`);
  await page.getByText('Your role does not allow this').waitFor();
  expect(await page.getByRole('button', { name: 'Continue' }).count()).toBe(0);
});

test('a database comes back beside the one that serves; then its whole environment, from a recovery point', async () => {
  await using shop = await startProject();
  const { postgres, project } = shop;
  await using app = await openApp(await browser(), { containers: postgres.name });
  await backUp(app, project);
  const [point] = await app.client.recoveryPoints({ environment: project });
  expect(point).toMatchObject({ state: 'complete' });
  await postgres.sql('DELETE FROM orders WHERE id > 7');

  const page = await app.owner();
  await page.getByRole('link', { name: 'Recovery points' }).click();
  await page.getByRole('button', { name: /: 1 recovery point$/ }).click();
  await page.getByRole('table', { name: 'Recovery points' }).getByRole('link').click();
  const member = page.getByRole('group', { name: postgres.name });
  await member.getByRole('link', { name: 'Restore this source' }).click();
  await page.getByRole('radio', { name: /^Beside it, under a new name/ }).click();
  await page.getByLabel('New name').fill('orders_again');
  await goOn(page);
  const beside = await seeItThrough(page, postgres.name);
  await beside.result.getByRole('cell', { name: '1,234' }).waitFor();
  expect(await ordersIn(postgres, 'orders_again')).toBe('1234');
  expect(await ordersIn(postgres)).toBe('7');

  await page.goto(`${app.url}/recovery-points/${point?.id}`);
  await page.getByRole('link', { name: 'Restore this environment' }).click();
  await goOn(page);
  await page.getByRole('table', { name: 'Data that is put back' }).getByText(postgres.name).first().waitFor();
  const whole = await seeItThrough(page, project);
  expect(await ordersIn(postgres)).toBe('1234');
  await whole.result.getByRole('link', { name: 'a recovery point of its own' }).click();
  await page.getByRole('heading', { name: 'What it holds' }).waitFor();
  expect(await app.client.recoveryPoints({ environment: project })).toHaveLength(2);
});
