import { expect, test } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { openApp, owner } from './support/open-app.ts';

const browser = launchChromium();

test('the one-time code makes the first account, which then can sign in again', async () => {
  await using app = await openApp(await browser());
  const page = await app.visitor();
  await page.getByLabel('One-time code').fill(app.setUpCode());
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel(/^Password/).fill(owner.password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'The first ten minutes', level: 1 }).waitFor();
  expect(await app.client.people()).toMatchObject([{ email: owner.email, role: 'owner', state: 'active' }]);

  await page.getByRole('button', { name: owner.name }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel(/^Password/).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('sign-in-failed').waitFor();
  await page.getByLabel(/^Password/).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'The first ten minutes', level: 1 }).waitFor();
});
