import { describe, expect, it } from 'vitest';
import type { Browser } from '../testing/browser.ts';
import { providerClient, startIdentityProvider } from '../testing/identity-provider.ts';
import { startTeam } from '../testing/team.ts';

const publicUrl = 'https://backup.example.com';

async function withProvider(role?: string) {
  const provider = await startIdentityProvider(`${publicUrl}/v1/oidc/callback`);
  const team = await startTeam({
    environment: {
      HOLDFAST_PUBLIC_URL: publicUrl,
      HOLDFAST_OIDC_ISSUER: provider.issuer,
      HOLDFAST_OIDC_CLIENT_ID: providerClient.id,
      HOLDFAST_OIDC_CLIENT_SECRET: providerClient.secret,
      HOLDFAST_OIDC_DEFAULT_ROLE: role,
    },
  });

  /** To the provider and back. @returns where Holdfast sends the browser then */
  async function enter(browser: Browser, login: string, change = (address: URL) => address) {
    const started = await browser.ask('GET', '/v1/oidc/start');
    const back = change(new URL(await provider.signIn(String(started.headers.location), login)));
    expect(back.href.startsWith(`${publicUrl}/v1/oidc/callback?`)).toBe(true);
    const answer = await browser.ask('GET', `${back.pathname}${back.search}`, {
      headers: { origin: undefined },
    });
    return answer.headers.location;
  }
  return { ...team, provider, enter };
}

const whoAmI = async (browser: Browser) => (await browser.ask('GET', '/v1/session')).body;

describe('an identity provider', () => {
  it('signs in whom it knows by a verified address, and by their subject from then on', async () => {
    const { provider, enter, browser, owner } = await withProvider();
    provider.accounts.set('alice', { email: 'Alice@Example.com', email_verified: true, name: 'Alice' });
    const body = { email: 'alice@example.com', name: 'Alice', role: 'operator' };
    await owner.ask('POST', '/v1/people', { body });
    const alice = browser();
    expect(await enter(alice, 'alice')).toBe('/');
    expect(await whoAmI(alice)).toMatchObject({ kind: 'person', name: 'Alice', role: 'operator' });
    provider.accounts.set('alice', { email: 'elsewhere@example.com', email_verified: false });
    expect(await enter(browser(), 'alice')).toBe('/');
    // Somebody else got the address at the provider.
    provider.accounts.set('mallory', { email: 'alice@example.com', email_verified: true });
    expect(await enter(browser(), 'mallory')).toBe('/sign-in?problem=forbidden');
    expect((await owner.ask('GET', '/v1/audit?limit=1')).body).toMatchObject({
      items: [{ action: 'GET /v1/oidc/callback', subject: { problem: 'forbidden' } }],
    });
  });

  it('lets in nobody by an address that it has not verified, nor who was not invited', async () => {
    const { provider, enter, browser, ownerEmail } = await withProvider();
    provider.accounts.set('mallory', { email: ownerEmail, email_verified: false });
    provider.accounts.set('anonymous', {});
    provider.accounts.set('stranger', { email: 'stranger@example.com', email_verified: true });
    for (const login of ['mallory', 'anonymous', 'stranger']) {
      const someone = browser();
      expect(await enter(someone, login)).toBe('/sign-in?problem=forbidden');
      expect(await whoAmI(someone)).toMatchObject({ code: 'unauthorised' });
    }
  });

  it('lets in strangers by the default role, where there is one', async () => {
    const { provider, enter, browser } = await withProvider('viewer');
    provider.accounts.set('stranger', {
      email: 'stranger@example.com',
      email_verified: true,
      name: 'S. Tranger',
    });
    const stranger = browser();
    expect(await enter(stranger, 'stranger')).toBe('/');
    expect(await whoAmI(stranger)).toMatchObject({ name: 'S. Tranger', role: 'viewer' });
  });

  it('is not believed without the state of this browser', async () => {
    const { provider, enter, browser, ownerEmail } = await withProvider();
    provider.accounts.set('owner', { email: ownerEmail, email_verified: true });
    const refused = '/sign-in?problem=identity-provider-failed';
    const withState = (state: string) => (address: URL) => {
      address.searchParams.set('state', state);
      return address;
    };
    expect(await enter(browser(), 'owner', withState('another'))).toBe(refused);
    const forgetful = browser();
    const forget = (address: URL) => {
      forgetful.cookies.delete('holdfast_oidc');
      return address;
    };
    expect(await enter(forgetful, 'owner', forget)).toBe(refused);
    // What one browser brings back is worth nothing in another, nor a second time.
    const kept: URL[] = [];
    const first = browser();
    const keep = (address: URL) => {
      kept.push(address);
      return address;
    };
    expect(await enter(first, 'owner', keep)).toBe('/');
    const other = browser();
    expect(await enter(other, 'owner', () => kept[0] ?? new URL(publicUrl))).toBe(refused);
    expect(await whoAmI(other)).toMatchObject({ code: 'unauthorised' });
  });

  it('is offered only where one is set up', async () => {
    const { browser } = await startTeam();
    expect((await browser().ask('GET', '/v1/oidc')).body).toEqual({ enabled: false });
    expect((await browser().ask('GET', '/v1/oidc/start')).status).toBe(404);
    const { browser: another } = await withProvider();
    expect((await another().ask('GET', '/v1/oidc')).body).toEqual({ enabled: true });
  });
});
