import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { labPlace } from '../support/s3-destination.ts';
import { launchChromium } from './support/chromium.ts';
import { openApp } from './support/open-app.ts';

const browser = launchChromium();

test('a bucket is checked before it is stored: a wrong secret is said in words, and its secret never comes back', async () => {
  const lab = labPlace();
  const secret = lab.secretAccessKey.reveal();
  await using app = await openApp(await browser());
  const page = await app.owner();
  const answers: string[] = [];
  page.on('response', async (response) => {
    if (response.url().includes('/v1/')) answers.push(await response.text().catch(() => ''));
  });
  await page.goto(`${app.url}/destinations`);
  await page.getByRole('link', { name: 'Add a destination' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('lab');
  await page.getByRole('combobox', { name: 'Provider' }).click();
  await page.getByRole('option', { name: 'MinIO' }).click();
  await page.getByRole('textbox', { name: 'Region' }).fill(lab.region);
  await page.getByRole('textbox', { name: 'Endpoint' }).fill(lab.endpoint);
  await page.getByRole('textbox', { name: 'Bucket', exact: true }).fill(lab.bucket);
  await page.getByRole('textbox', { name: 'Folder in the bucket' }).fill(lab.prefix);
  await page.getByRole('textbox', { name: 'Access key' }).fill(lab.accessKeyId);
  const secretField = page.getByRole('textbox', { name: 'Secret key' });
  await secretField.fill('not the secret of this key');
  const add = page.getByRole('button', { name: 'Check and add' });
  await add.click();
  const alert = page.getByRole('alert');
  await alert.getByText('destination-secret-wrong').waitFor();
  await alert.getByText('Enter the secret key again').waitFor();
  await page.getByText('Nothing was stored').waitFor();
  expect((await app.client.destinations()).map(({ name }) => name)).toEqual(['local']);

  await secretField.fill(secret);
  await add.click();
  const card = page.getByRole('region', { name: 'lab' });
  await card.getByText('It was deleted again').waitFor();
  expect(await app.client.destinations()).toMatchObject([
    { name: 'lab', kind: 's3', isDefault: true, onThisMachine: false, lastProbe: { ok: true } },
    { name: 'local', isDefault: false, onThisMachine: true },
  ]);
  expect(answers.join('\n')).toContain('"name":"lab"');
  expect(answers.join('\n')).not.toContain(secret);
  expect(await page.content()).not.toContain(secret);

  // What is stored is what works.
  await app.client.probeDestination('lab');
  await page
    .getByRole('region', { name: 'local' })
    .getByRole('button', { name: 'Make it the default' })
    .click();
  await page
    .getByRole('region', { name: 'lab' })
    .getByRole('button', { name: 'Make it the default' })
    .waitFor();
  await card.getByRole('button', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Remove the destination' }).isDisabled();
  await dialog.getByLabel('Type lab to confirm').fill('lab');
  await dialog.getByRole('button', { name: 'Remove the destination' }).click();
  await card.waitFor({ state: 'detached' });
  expect(await app.client.destinations()).toMatchObject([{ name: 'local', isDefault: true }]);
});

test('a folder that is not there is refused, and can be added all the same; a viewer only looks', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-destination-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const app = stack.use(await openApp(await browser()));
  const page = await app.owner();
  await page.goto(`${app.url}/destinations/new`);
  await page.getByText('Folder', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('usb');
  await page.getByRole('textbox', { name: 'Folder' }).fill(path.join(folder, 'not', 'mounted'));
  await page.getByRole('button', { name: 'Check and add' }).click();
  await page.getByRole('alert').getByText('destination-folder-missing').waitFor();
  await page.getByRole('button', { name: 'Add it all the same' }).click();
  await page.getByRole('region', { name: 'usb' }).getByText('does not work').waitFor();
  expect(await app.client.destinations()).toMatchObject([
    { name: 'local' },
    { name: 'usb', isDefault: true, lastProbe: { ok: false } },
  ]);

  const viewer = await app.member('viewer');
  await viewer.goto(`${app.url}/destinations`);
  await viewer.getByRole('region', { name: 'usb' }).waitFor();
  expect(await viewer.getByRole('button', { name: /Remove|Check again|Make it/ }).count()).toBe(0);
  expect(await viewer.getByRole('link', { name: 'Add a destination' }).count()).toBe(0);
  await viewer.goto(`${app.url}/destinations/new`);
  await viewer.getByText('Your role does not allow this').waitFor();
});
