import { describe, expect, it } from 'vitest';
import { createBrowser } from '../testing/browser.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { printedCode, startTeam, testPassword } from '../testing/team.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer } from '../testing/test-server.ts';

const person = { email: 'Olga@Example.com', name: 'Olga', password: testPassword };

describe('set-up', () => {
  it('makes the first owner by the printed code, signs in, and is over', async () => {
    const { server, logged } = await startTestServer({ mode: 'serve' });
    const browser = createBrowser(server);
    expect((await browser.ask('GET', '/v1/setup')).body).toEqual({ needed: true });
    const code = printedCode(logged);
    const made = await browser.ask('POST', '/v1/setup', { body: { ...person, code: code.toLowerCase() } });
    expect(made).toMatchObject({ status: 201, body: { kind: 'person', name: 'Olga', role: 'owner' } });
    expect((await browser.ask('GET', '/v1/people')).body).toMatchObject({
      items: [{ email: 'olga@example.com', role: 'owner', state: 'active' }],
    });
    expect((await browser.ask('GET', '/v1/setup')).body).toEqual({ needed: false });
    const again = await browser.ask('POST', '/v1/setup', { body: { ...person, code } });
    expect(again).toMatchObject({ status: 409, body: { code: 'set-up-done' } });
  });

  it('takes one code only, of two at the same time', async () => {
    const { server, logged } = await startTestServer({ mode: 'serve' });
    const code = printedCode(logged);
    const answers = await Promise.all(
      ['a@example.com', 'b@example.com'].map((email) =>
        createBrowser(server).ask('POST', '/v1/setup', { body: { ...person, email, code } }),
      ),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
  });

  it('has a new code after each start, and the old one is worth nothing', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await startTestServer({ mode: 'serve', dataDirectory });
    const old = printedCode(first.logged);
    await first.server.close();
    const second = await startTestServer({ mode: 'serve', dataDirectory });
    expect(printedCode(second.logged)).not.toBe(old);
    const answer = await createBrowser(second.server).ask('POST', '/v1/setup', {
      body: { ...person, code: old },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'code-invalid' } });
  });

  it('prints none once somebody belongs to the team, nor for a single command', async () => {
    const dataDirectory = await temporaryFolder();
    const first = await startTeam({ dataDirectory });
    await first.server.close();
    for (const mode of ['serve', 'embedded'] as const) {
      const { logged, server } = await startTestServer({ mode, dataDirectory });
      expect(() => printedCode(logged)).toThrow('no set-up code');
      await server.close();
    }
  });

  it('lets nobody guess, whatever a forwarding header says', async () => {
    const clock = createFakeClock();
    const { server, logged } = await startTestServer({ mode: 'serve', ports: { clock } });
    const guess = (n: number) =>
      createBrowser(server).ask('POST', '/v1/setup', {
        body: { ...person, code: 'AAAAA-AAAAA-AAAAA-AAAAA' },
        headers: { 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` },
      });
    for (let n = 0; n < 10; n += 1) expect((await guess(n)).status).toBe(403);
    const refused = await guess(99);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } });
    expect(refused.headers['retry-after']).toBe('900');
    const right = { body: { ...person, code: printedCode(logged) } };
    expect((await createBrowser(server).ask('POST', '/v1/setup', right)).status).toBe(429);
    clock.advance(15 * 60_000);
    expect((await createBrowser(server).ask('POST', '/v1/setup', right)).status).toBe(201);
  });

  it('refuses short passwords', async () => {
    const { server, logged } = await startTestServer({ mode: 'serve' });
    const body = { ...person, code: printedCode(logged), password: 'elevenchars' };
    expect((await createBrowser(server).ask('POST', '/v1/setup', { body })).status).toBe(400);
  });
});
