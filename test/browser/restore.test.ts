import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres } from '@holdfast/sources/testing';
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
  return {
    folder,
    files,
    picture,
    [Symbol.asyncDispose]: () => rm(top, { recursive: true, force: true }),
  };
}

async function backUp(app: OpenApp, name: string): Promise<void> {
  const { id } = await app.client.startBackup({ names: [name], all: false });
  expect(await ended(app, id)).toMatchObject({ state: 'succeeded' });
}

async function ended(app: OpenApp, id: string) {
  await until('the operation ended', async () => (await app.client.operation(id)).finishedAt !== undefined);
  return app.client.operation(id);
}

/** Types the name in the last step, and follows to the operation. */
async function confirm(page: Page, name: string): Promise<string> {
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole('button', { name: 'Restore now' }).click();
  await page.waitForURL('**/operations/*');
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

test('a folder is put back in place of what became of it, from its recovery point', async () => {
  await using app = await openApp(await browser());
  await using site = await savedFolder(app);
  await writeFile(site.files.page, 'damaged');
  await rm(site.files.picture);

  const page = await app.owner();
  await page.getByRole('link', { name: 'Recovery points' }).click();
  await page.getByRole('button', { name: /: 1 recovery point$/ }).click();
  await page.getByRole('table', { name: 'Recovery points' }).getByRole('link').click();
  const member = page.getByRole('group', { name: 'site' });
  await member.getByRole('link', { name: 'Restore this source' }).click();

  await page.getByRole('radio', { name: 'In place of what is there now' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('It can begin').waitFor();
  await page.reload();
  await page.getByText('It can begin').waitFor();
  await page.getByText(site.folder).first().waitFor();
  await page.goBack();
  await page.getByRole('radio', { name: 'Beside it, under a new name' }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Type site to confirm').fill('Site');
  expect(await page.getByRole('button', { name: 'Restore now' }).isDisabled()).toBe(true);
  expect((await app.client.operations(50)).filter(({ kind }) => kind === 'restore')).toEqual([]);

  const id = await confirm(page, 'site');
  const result = page.getByRole('region', { name: 'Result' });
  await result.getByText('site was put back, and verified').waitFor();
  expect(await readFile(site.files.page, 'utf8')).toBe('as it was');
  expect(await readFile(site.files.picture)).toEqual(site.picture);
  const { previous } = (await app.client.operation(id)).result as { previous: string[] };
  expect(await readFile(path.join(previous[0] ?? '', 'index.html'), 'utf8')).toBe('damaged');
  await result.getByText(previous[0] ?? '').waitFor();
});

test('a viewer sees what there is to go back to, and no way to do it', async () => {
  await using app = await openApp(await browser());
  await using _site = await savedFolder(app);
  const [point] = await app.client.recoveryPoints();
  const page = await app.member('viewer');
  await page.goto(`${app.url}/recovery-points/${point?.id}`);
  await page.getByRole('group', { name: 'site' }).getByText('not yet').waitFor();
  expect(await page.getByRole('link', { name: /Browse/ }).count()).toBe(0);
  expect(await page.getByRole('link', { name: /Restore/ }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /[Dd]rill/ }).count()).toBe(0);
  await page.goto(`${app.url}/restore?point=${point?.id}`);
  await page.getByText('Your role does not allow this').waitFor();
  expect(await page.getByRole('button', { name: 'Continue' }).count()).toBe(0);
});

test('a database comes back beside the one that serves, with its rows counted', async () => {
  await using postgres = await startPostgres({ version: '17' });
  await postgres.sql(
    'CREATE TABLE orders (id int primary key); INSERT INTO orders SELECT generate_series(1, 1234)',
  );
  await using app = await openApp(await browser(), { containers: postgres.name });
  await backUp(app, postgres.name);
  await postgres.sql('DELETE FROM orders');

  const page = await app.owner();
  await page.goto(`${app.url}/restore?source=${postgres.name}`);
  await page.getByRole('button', { name: `Choose ${postgres.name} of` }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('radio', { name: 'Beside it, under a new name' }).click();
  await page.getByLabel('New name').fill('orders_again');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('It can begin').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await confirm(page, postgres.name);

  const result = page.getByRole('region', { name: 'Result' });
  await result.getByText(`${postgres.name} was put back, and verified`).waitFor({ timeout: 60_000 });
  await result.getByRole('cell', { name: '1,234' }).waitFor();
  expect(await postgres.sql('SELECT count(*) FROM orders', 'orders_again')).toBe('1234');
  expect(await postgres.sql('SELECT count(*) FROM orders')).toBe('0');
});
