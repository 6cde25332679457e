import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { selfBackupResultSchema } from '@holdfast/contracts';
import { startRedis } from '@holdfast/sources/testing';
import { expect, test } from 'vitest';
import { hostClient } from '../support/host-client.ts';
import { launchChromium } from './support/chromium.ts';
import { openApp, owner } from './support/open-app.ts';

const browser = launchChromium();
const longMs = 60_000;

test('Holdfast is restored by the URI of a snapshot: the page waits, asks to sign in, and tells what came of it', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner();
  await page.goto(`${app.url}/admin-snapshots`);
  await page.getByText('None was made yet').waitFor();
  await page.getByRole('combobox', { name: 'Destination' }).click();
  await page.getByRole('option', { name: 'The data directory of Holdfast' }).click();
  await page.getByRole('button', { name: 'Create a snapshot' }).click();
  const table = page.getByRole('table', { name: "Snapshots of Holdfast's own database" });
  await table.waitFor({ timeout: longMs });
  const [made] = await app.client.operations(1);
  const { uri } = selfBackupResultSchema.parse(made?.result);
  await access(fileURLToPath(uri));

  const colleague = { email: 'new@example.com', name: 'New', role: 'viewer' } as const;
  await app.client.invitePerson(colleague);
  expect(await app.client.people()).toHaveLength(2);

  await page.getByLabel('URI of the snapshot').fill(uri);
  await page.getByRole('button', { name: 'Say what would happen' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Everybody has to sign in again').waitFor();
  await dialog.getByLabel('Type main to confirm').fill('main');
  await dialog.getByRole('button', { name: 'Restore it now' }).click();

  await page.getByText('which holds no sessions').waitFor({ timeout: longMs });
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel(/^Password/).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Holdfast was restored', { exact: true }).waitFor({ timeout: longMs });
  await table.waitFor();

  const client = await hostClient(app.holdfast);
  expect(await client.people()).toMatchObject([{ email: owner.email }]);
  expect(await client.operations(5)).toContainEqual(
    expect.objectContaining({ kind: 'self-restore', state: 'succeeded' }),
  );
});

test('a Redis is snapshotted by hand, and comes back by the URI that the page shows', async () => {
  await using redis = await startRedis();
  const ask = async (...command: string[]) => {
    await using client = await redis.client();
    return await client.call(...command);
  };
  await ask('SET', 'basket', 'three apples');
  await using app = await openApp(await browser(), { containers: redis.name });
  const page = await app.owner();
  await page.goto(`${app.url}/admin-snapshots`);
  await page.getByRole('combobox', { name: 'Database' }).click();
  await page.getByRole('option', { name: `${redis.name} (redis)` }).click();
  await page.getByRole('button', { name: 'Create a snapshot' }).click();
  const shown = page.getByText(/^holdfast:snapshot\//);
  await shown.waitFor({ timeout: longMs });
  const uri = await shown.innerText();

  await ask('SET', 'basket', 'nothing');
  await ask('SET', 'later', 'gone again');
  await page.getByLabel('URI of the snapshot').fill(uri);
  await page.getByRole('button', { name: 'Say what would happen' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(`Type ${redis.name} to confirm`).fill(redis.name);
  await dialog.getByRole('button', { name: 'Restore it now' }).click();
  await page.getByText('was put back, and verified').waitFor({ timeout: longMs });
  expect(await ask('GET', 'basket')).toBe('three apples');
  expect(await ask('EXISTS', 'later')).toBe(0);
});

test('what is no snapshot is refused in words, and nothing is changed', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner();
  await page.goto(`${app.url}/admin-snapshots`);
  await page.getByLabel('URI of the snapshot').fill('file:///etc/passwd');
  await page.getByRole('button', { name: 'Say what would happen' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type main to confirm').fill('main');
  await dialog.getByRole('button', { name: 'Restore it now' }).click();
  await dialog.getByRole('alert').getByText('is in no place of self-backups').waitFor();
  expect(await app.client.operations(5)).not.toContainEqual(
    expect.objectContaining({ kind: 'self-restore' }),
  );
});
