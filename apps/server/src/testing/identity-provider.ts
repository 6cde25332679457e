import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { onTestFinished } from 'vitest';

/** What the provider says of one of its people. */
export interface ProviderAccount {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

export const providerClient = { id: 'holdfast', secret: 'secret-of-the-client-at-the-provider' };

/** A real OpenID provider on the loopback address, which lets in everybody that it has an account of. */
export async function startIdentityProvider(redirectUri: string) {
  const accounts = new Map<string, ProviderAccount>();
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: providerClient.id, client_secret: providerClient.secret, redirect_uris: [redirectUri] },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['of the test'] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, id: string) =>
      accounts.has(id)
        ? { accountId: id, claims: async () => ({ sub: id, ...accounts.get(id) }) }
        : undefined,
  });
  server.on('request', provider.callback());

  /** Does what a person does with its pages. @returns where the provider sends the browser in the end */
  async function signIn(address: string, login: string): Promise<string> {
    const jar = new Map<string, string>();
    let url = new URL(address);
    let form: URLSearchParams | undefined;
    for (let step = 0; step < 20; step += 1) {
      if (!url.href.startsWith(issuer)) return url.href;
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form === undefined ? {} : { method: 'POST', body: form }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        jar.set(name, value);
      }
      const page = await response.text();
      const location = response.headers.get('location');
      if (location !== null) {
        url = new URL(location, url);
        form = undefined;
        continue;
      }
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (prompt === undefined)
        throw new Error(`The provider answered ${response.status}: ${page.slice(0, 500)}`);
      form = new URLSearchParams({ prompt, login, password: 'any' });
    }
    throw new Error('The provider came to no end.');
  }

  return { issuer, accounts, signIn };
}
