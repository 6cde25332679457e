import { createdApiTokenSchema, type Role, roles } from '@holdfast/contracts';
import { expect, it } from 'vitest';
import type { Browser } from '../testing/browser.ts';
import { collectRoutes } from '../testing/collect-routes.ts';
import { signIn, startTeam } from '../testing/team.ts';
import type { Access } from './access.ts';

interface Asker {
  readonly name: string;
  readonly browser: Browser;
  readonly bearer?: string;
  readonly role?: Role;
  readonly isPerson: boolean;
}

const refusals = ['unauthorised', 'forbidden', 'other-origin'];
const nobody = '00000000-0000-7000-8000-000000000000';

/** What becomes of a request that gives nothing of what the route wants: refused at the door, or let in. */
function expected(access: Access, { role, isPerson }: Asker): string {
  if (access === 'open') return 'in';
  if (role === undefined) return 'unauthorised';
  if (access === 'host') return 'forbidden';
  if (access === 'person') return isPerson ? 'in' : 'forbidden';
  return roles.indexOf(role) >= roles.indexOf(access) ? 'in' : 'forbidden';
}

it('lets everybody do what their role allows on every route there is, and nothing else', async () => {
  const collected = collectRoutes();
  const { owner, join, browser, server } = await startTeam();
  const askers: Asker[] = [{ name: 'nobody', browser: browser(), isPerson: false }];
  for (const role of roles) {
    const person = role === 'owner' ? owner : await join(role);
    const body = { name: role, role };
    const made = createdApiTokenSchema.parse((await person.ask('POST', '/v1/tokens', { body })).body);
    askers.push({ name: role, browser: person, role, isPerson: true });
    askers.push({ name: `${role} token`, browser: browser(), bearer: made.secret, role, isPerson: false });
  }
  askers.push({
    name: 'host from afar',
    browser: browser(),
    bearer: server.token,
    role: 'owner',
    isPerson: false,
  });

  const routes = collected().filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
  expect(routes.length).toBeGreaterThan(50);
  // Signing out comes last.
  const inOrder = routes.toSorted((a, b) => Number(isSignOut(a)) - Number(isSignOut(b)));
  const wrong: string[] = [];
  for (const { method, url, access } of inOrder) {
    if (access === undefined) throw new Error(`${method} ${url} says nothing.`);
    const path = url.replaceAll(/:\w+/g, nobody).replaceAll('*', 'nothing');
    for (const asker of askers) {
      const { bearer } = asker;
      const answer = await asker.browser.ask(method, path, {
        ...(['POST', 'PUT', 'PATCH'].includes(method) ? { body: {} } : {}),
        ...(bearer === undefined
          ? {}
          : { headers: { authorization: `Bearer ${bearer}`, origin: undefined } }),
      });
      const code = (answer.body as { code?: string } | undefined)?.code ?? '';
      const became = refusals.includes(code) ? code : 'in';
      if (became !== expected(access, asker)) {
        wrong.push(`${asker.name}: ${method} ${url} (${access}): ${answer.status} ${code}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  // All of them were who they said to the end.
  expect((await signIn(browser(), 'viewer@example.com')).status).toBe(200);
  expect((await owner.ask('GET', '/v1/session')).status).toBe(401);
}, 240_000);

function isSignOut({ method, url }: { method: string; url: string }): boolean {
  return method === 'DELETE' && url === '/v1/session';
}
