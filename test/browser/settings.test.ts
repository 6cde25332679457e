import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret, TOTP, URI } from 'otpauth';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startReceiver } from '../../apps/server/src/notifications/testing/receiver.ts';
import { launchChromium } from './support/chromium.ts';
import { openApp, owner } from './support/open-app.ts';

const browser = launchChromium();

async function confirmByTyping(page: Page, name: string, action: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await dialog.getByRole('button', { name: action, exact: true }).click();
}

test('who is invited chooses a password by the link, sees what a viewer may, and goes when removed', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner();
  await page.goto(`${app.url}/settings`);
  await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Invite a person' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Vera Viewer');
  await dialog.getByLabel('E-mail').fill('vera@example.com');
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await dialog.getByLabel('Link').inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await app.client.people()).toMatchObject([{ role: 'owner' }, { role: 'viewer', state: 'invited' }]);

  const guest = await app.visitor();
  await guest.goto(link);
  await guest.getByLabel(/^Password/).fill('another long password');
  await guest.getByRole('button', { name: 'Go on' }).click();
  await guest.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  expect(await app.client.people()).toMatchObject([{}, { email: 'vera@example.com', state: 'active' }]);

  // Only what the role may see is offered, and the rest says why not.
  await guest.goto(`${app.url}/settings`);
  await guest.getByRole('heading', { name: 'Your account', level: 1 }).waitFor();
  const list = guest.getByRole('navigation', { name: 'Settings' });
  expect(await list.getByRole('link').allTextContents()).toEqual([
    'Your account',
    'API tokens',
    'Team key',
    'About',
  ]);
  await guest.getByLabel('Your name').fill('Vera');
  await guest.getByRole('button', { name: 'Save' }).click();
  await guest.getByRole('button', { name: 'Vera', exact: true }).waitFor();
  await guest.goto(`${app.url}/settings/team`);
  await guest.getByText('Your role does not allow this').waitFor();
  await guest.goto(`${app.url}/settings/key`);
  await guest.getByText('nobody keeps it yet').waitFor();
  expect(await guest.getByRole('button', { name: 'Show the key' }).count()).toBe(0);

  // The link is used up.
  const late = await app.visitor();
  await late.goto(link);
  await late.getByLabel(/^Password/).fill('yet another password');
  await late.getByRole('button', { name: 'Go on' }).click();
  await late.getByText('code-invalid').waitFor();

  await page.getByRole('button', { name: 'Actions for Vera' }).click();
  await page.getByRole('menuitem', { name: 'Change name or role' }).click();
  await dialog.getByRole('radio', { name: 'operator' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => app.client.people()).toMatchObject([{}, { name: 'Vera Viewer', role: 'operator' }]);
  await page.getByRole('button', { name: 'Actions for Vera' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await confirmByTyping(page, 'vera@example.com', 'Remove');
  await expect.poll(() => app.client.people()).toMatchObject([{ role: 'owner' }]);
  await expect.poll(async () => (await app.client.people()).length).toBe(1);
});

test('a token lets a program in until it is removed', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner();
  await page.goto(`${app.url}/settings/tokens`);
  await page.getByRole('button', { name: 'Create a token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('deploy pipeline');
  await dialog.getByRole('radio', { name: 'operator' }).check();
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const secret = await dialog.getByLabel('Secret').inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const ask = () => fetch(`${app.url}/v1/session`, { headers: { authorization: `Bearer ${secret}` } });
  expect(await (await ask()).json()).toMatchObject({ kind: 'token', role: 'operator' });
  expect(await app.client.tokens()).toMatchObject([{ name: 'deploy pipeline', madeBy: owner.name }]);
  await page.getByRole('button', { name: 'Remove the token deploy pipeline' }).click();
  await confirmByTyping(page, 'deploy pipeline', 'Remove');
  await page.getByText('No token yet').waitFor();
  expect((await ask()).status).toBe(401);
});

test('a touch on an age shows its time, and a touch elsewhere takes it away', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner({ hasTouch: true });
  await page.goto(`${app.url}/settings/account`);
  const age = page.locator('time').first();
  await age.tap();
  const time = page.getByRole('tooltip');
  await time.waitFor();
  expect(await time.innerText()).toBe(await age.getAttribute('title'));
  await page.locator('h1').first().tap();
  await time.waitFor({ state: 'hidden' });
});

test('a second factor is set up, then asked for at the way in', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner();
  await page.goto(`${app.url}/settings/account`);
  await page.getByRole('button', { name: 'Set it up' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill('not the password');
  await dialog.getByRole('button', { name: 'Go on' }).click();
  // A wrong password is said here, and signs nobody out.
  await dialog.getByText('sign-in-failed').waitFor();
  await dialog.getByLabel('Your password').fill(owner.password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByRole('img', { name: /authenticator/ }).waitFor();
  const secret = await dialog.getByLabel('Or give it the secret').inputValue();
  const uri = await dialog.getByRole('link', { name: 'Open an app on this device' }).getAttribute('href');
  const parsed = URI.parse(uri ?? '');
  expect(parsed).toBeInstanceOf(TOTP);
  expect(parsed.secret.base32).toBe(secret);
  const authenticator = new TOTP({ secret: Secret.fromBase32(secret) });
  await dialog.getByLabel('The code that it shows').fill(authenticator.generate());
  await dialog.getByRole('button', { name: 'Switch it on' }).click();
  const codes = (await dialog.getByLabel('Recovery codes').inputValue()).split('\n');
  expect(codes).toHaveLength(10);
  await dialog.getByRole('button', { name: 'I keep them' }).click();
  await page.getByRole('button', { name: 'Switch it off' }).waitFor();
  expect(await app.client.people()).toMatchObject([{ secondFactor: true }]);

  const guest = await app.visitor();
  const enter = async (code: string) => {
    await guest.getByLabel('E-mail').fill(owner.email);
    await guest.getByLabel(/^Password/).fill(owner.password);
    await guest.getByRole('button', { name: 'Sign in', exact: true }).click();
    await guest.getByLabel('Code of your authenticator').fill(code);
    await guest.getByRole('button', { name: 'Sign in', exact: true }).click();
    await guest.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  };
  // That of the next half minute: the present one was used to confirm, and each counts once.
  await enter(authenticator.generate({ timestamp: Date.now() + 30_000 }));
  await guest.getByRole('button', { name: owner.name }).click();
  await guest.getByRole('menuitem', { name: 'Sign out' }).click();
  await enter(codes[0] ?? '');
});

test('a message really goes out by a channel, and the log says who did what', async () => {
  await using app = await openApp(await browser());
  const receiver = await startReceiver();
  const page = await app.owner();
  await page.goto(`${app.url}/settings/notifications`);
  await page.getByText('Nobody is told of alerts yet').waitFor();
  await page.getByRole('button', { name: 'Add a channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('on-call');
  await dialog.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Webhook' }).click();
  await dialog.getByLabel('Address of the webhook').fill(`${receiver.url}/hook-of-the-team`);
  await dialog.getByLabel('Signing secret').fill('a secret of the receiver');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const card = page.getByRole('region', { name: 'on-call' });
  await card.getByRole('button', { name: 'Send a test' }).click();
  await card.getByText('The test arrived').waitFor();
  expect(receiver.received).toMatchObject([{ path: '/hook-of-the-team' }]);
  // What is secret in the settings did not come back to the browser.
  expect(await page.content()).not.toContain('hook-of-the-team');

  await receiver.close();
  await card.getByRole('button', { name: 'Send a test' }).click();
  await card.getByText('The test did not arrive').waitFor();
  await card.getByText('failing').waitFor();
  await card.getByRole('button', { name: 'Change' }).click();
  await dialog.getByRole('switch', { name: 'On' }).uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await card.getByText('off', { exact: true }).waitFor();
  expect(await app.client.channels()).toMatchObject([
    { name: 'on-call', enabled: false, lastError: { code: 'channel-unreachable' } },
  ]);

  await page.goto(`${app.url}/settings/audit`);
  const log = page.getByRole('table', { name: 'Audit log' });
  const added = log.getByRole('row').filter({ hasText: 'Added a notification channel' });
  await added.getByText(owner.name).waitFor();
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page.getByText('The log is whole').waitFor();
});

test('the key is shown until somebody has proven to keep it; the alert about it closes; the kit stays', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner();
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'holdfast-settings-'));
  await writeFile(path.join(folder.path, 'letter.txt'), 'Dear all');
  await app.client.declareSource({ kind: 'directory', name: 'documents', path: folder.path });
  await app.client.startBackup({ names: ['documents'], all: false });
  await expect
    .poll(() => app.client.alerts(), { timeout: 60_000 })
    .toMatchObject([{ code: 'key-unconfirmed' }]);
  await page.goto(`${app.url}/alerts`);
  await page.getByText('Nobody keeps the team key').waitFor();
  await page.getByRole('button', { name: /I know of it/ }).click();
  await page.getByText('no reminders are sent').waitFor();
  expect(await app.client.alerts()).toMatchObject([{ acknowledged: { by: owner.name } }]);

  await page.getByRole('link', { name: 'Holdfast', exact: true }).click();
  await page.getByRole('heading', { name: 'Team key', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Show the key' }).click();
  const key = (await page.getByLabel('Team key', { exact: true }).textContent()) ?? '';
  expect((await app.client.recoveryKit()).password).toBe(key);
  await page.getByRole('checkbox', { name: 'With the key on it' }).check();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Open the page to print' }).click();
  const kit = await opened;
  await kit.getByRole('heading', { name: 'Holdfast recovery kit' }).waitFor();
  expect(await kit.content()).toContain(key);
  await kit.close();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  const typed = page.getByRole('textbox', { name: 'Team key' });
  await typed.fill('not the key');
  await page.getByRole('button', { name: 'Confirm the key' }).click();
  await page.getByText('key-wrong').waitFor();
  await typed.fill(key);
  await page.getByRole('button', { name: 'Confirm the key' }).click();
  await page.getByText('kept by somebody').waitFor();
  expect(await app.client.keyStatus()).toMatchObject({ state: 'confirmed', confirmed: { by: owner.name } });
  expect(await page.content()).not.toContain(key);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save as text' }).click();
  expect((await download).suggestedFilename()).toBe('holdfast-recovery-kit.txt');
  await page.goto(`${app.url}/alerts`);
  await page.getByText('Nothing needs you').waitFor();

  await page.goto(`${app.url}/settings/key`);
  await page.getByRole('button', { name: 'Rotate the key' }).click();
  const { id } = await app.client.keyStatus();
  await confirmByTyping(page, id, 'Rotate');
  await page.waitForURL(/\/operations\//);
  await expect.poll(async () => (await app.client.keyStatus()).id, { timeout: 60_000 }).not.toBe(id);
});
