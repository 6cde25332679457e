import { invitationSchema, type Role } from '@holdfast/contracts';
import { type Browser, createBrowser } from './browser.ts';
import { startTestServer, type TestServerOptions } from './test-server.ts';

/** Long enough, and looked for in the database file. */
export const testPassword = 'correct horse battery staple';

/** A serving Holdfast whose first owner has signed in, as a person would have done it. */
export async function startTeam(options: Omit<TestServerOptions, 'mode'> = {}) {
  const test = await startTestServer({ ...options, mode: 'serve' });
  const { server } = test;
  const setUpCode = printedCode(test.logged);
  const owner = createBrowser(server);
  const email = 'owner@example.com';
  const made = await owner.ask('POST', '/v1/setup', {
    body: { code: setUpCode, email, name: 'Olga Owner', password: testPassword },
  });
  if (made.status !== 201) throw new Error(`Set-up failed: ${JSON.stringify(made.body)}`);

  /** Invites somebody who accepts and signs in. */
  async function join(role: Role, name: string = role): Promise<Browser> {
    const address = `${name}@example.com`;
    const invited = await owner.ask('POST', '/v1/people', { body: { email: address, name, role } });
    const { code } = invitationSchema.parse(invited.body);
    const browser = createBrowser(server);
    await browser.ask('POST', '/v1/invitations/accept', { body: { code, password: testPassword } });
    await signIn(browser, address);
    return browser;
  }

  return { ...test, setUpCode, owner, ownerEmail: email, join, browser: () => createBrowser(server) };
}

/** The set-up code that the server told when it started. */
export function printedCode(logged: readonly string[]): string {
  const code = logged
    .findLast((line) => line.includes('set Holdfast up'))
    ?.match(/[A-Z2-9]{5}(-[A-Z2-9]{5}){3}/)?.[0];
  if (code === undefined) throw new Error('The server told no set-up code.');
  return code;
}

export function signIn(browser: Browser, email: string, more: { password?: string; totp?: string } = {}) {
  return browser.ask('POST', '/v1/session', { body: { email, password: testPassword, ...more } });
}
