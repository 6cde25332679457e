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
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
});

test('a session that is ended elsewhere leads back, by the password, to where the person was', async () => {
  await using app = await openApp(await browser());
  const page = await app.owner();
  const other = await app.owner();
  await other.goto(`${app.url}/operations`);
  await other.getByRole('heading', { name: 'Operations', level: 1 }).waitFor();

  await page.goto(`${app.url}/settings/account`);
  await page.getByRole('button', { name: /^Sign out Chrome/ }).click();
  await page.getByRole('button', { name: /^Sign out Chrome/ }).waitFor({ state: 'detached' });
  // It is noticed when the stream of events is looked at next.
  await other.getByText('your session ended').waitFor({ timeout: 40_000 });
  await other.getByLabel('E-mail').fill(owner.email);
  await other.getByLabel(/^Password/).fill(owner.password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('heading', { name: 'Operations', level: 1 }).waitFor();

  // Who is in already has nothing to do at the way in.
  await other.goto(`${app.url}/sign-in`);
  await other.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
});

test('an identity provider that cannot be reached, and too many attempts, are said in words', async () => {
  await using app = await openApp(await browser(), {
    environment: {
      HOLDFAST_PUBLIC_URL: 'http://127.0.0.1',
      HOLDFAST_OIDC_ISSUER: 'http://127.0.0.1:1',
      HOLDFAST_OIDC_CLIENT_ID: 'holdfast',
      HOLDFAST_OIDC_CLIENT_SECRET: 'secret-of-the-client',
    },
  });
  await app.owner();
  const page = await app.visitor();
  await page.getByRole('link', { name: 'Sign in with the identity provider' }).click();
  await page.waitForURL(`${app.url}/sign-in?problem=identity-provider-failed`);
  await page.getByRole('alert').getByText('The identity provider did not vouch').waitFor();

  const attempt = { data: { email: owner.email, password: 'wrong' }, headers: { origin: app.url } };
  for (let count = 0; count < 10; count += 1) await page.request.post(`${app.url}/v1/session`, attempt);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel(/^Password/).fill('wrong again');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(/Try again after \d/).waitFor();
});
