import { describe, expect, it } from 'vitest';
import { verifyPassword } from '../credentials/password.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { signIn, startTeam, testPassword } from '../testing/team.ts';

const wrong = { password: 'not the password' };

describe('sign-in', () => {
  it('gives a cookie that no script reads and no other site sends', async () => {
    const { browser, ownerEmail } = await startTeam();
    const answer = await signIn(browser(), ownerEmail.toUpperCase());
    expect(answer).toMatchObject({ status: 200, body: { kind: 'person', role: 'owner' } });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^holdfast_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('marks the cookie as secure where people come by TLS', async () => {
    const { browser, ownerEmail } = await startTeam({
      environment: { HOLDFAST_PUBLIC_URL: 'https://backup.example.com' },
    });
    const answer = await signIn(browser(), ownerEmail);
    expect(String(answer.headers['set-cookie'])).toContain('; Secure');
    expect(answer.headers['strict-transport-security']).toBeDefined();
  });

  it('takes over nothing that was in the browser before', async () => {
    const { browser, owner, ownerEmail } = await startTeam();
    const planted = browser();
    planted.cookies.set('holdfast_session', 'planted');
    await signIn(planted, ownerEmail);
    const first = planted.cookies.get('holdfast_session');
    expect(first).not.toBe('planted');
    await signIn(planted, ownerEmail);
    expect(planted.cookies.get('holdfast_session')).not.toBe(first);
    // The session before is over, the one of the other browser is not.
    const old = browser();
    old.cookies.set('holdfast_session', first ?? '');
    expect((await old.ask('GET', '/v1/session')).status).toBe(401);
    expect((await owner.ask('GET', '/v1/session')).status).toBe(200);
  });

  it('does not tell whether the address or the password is wrong', async () => {
    const { browser, owner, ownerEmail } = await startTeam();
    await owner.ask('POST', '/v1/people', {
      body: { email: 'invited@example.com', name: 'I', role: 'viewer' },
    });
    const known = await signIn(browser(), ownerEmail, wrong);
    expect(known).toMatchObject({ status: 401, body: { code: 'sign-in-failed' } });
    for (const email of ['nobody@example.com', 'invited@example.com']) {
      const answer = await signIn(browser(), email, wrong);
      expect([answer.status, answer.body]).toEqual([known.status, known.body]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('compares as long for who does not exist', async () => {
    const took = async () => {
      const start = process.cpuUsage();
      expect(await verifyPassword('some password', undefined)).toBe(false);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    // 19 MiB twice over take milliseconds on any machine; no comparison at all takes none.
    expect(Math.min(await took(), await took(), await took())).toBeGreaterThan(3);
  });

  it('is limited by address, which a forged header does not change', async () => {
    const { browser, ownerEmail } = await startTeam();
    const guess = (n: number) =>
      browser().ask('POST', '/v1/session', {
        body: { email: `someone-${n}@example.com`, ...wrong },
        headers: { 'x-forwarded-for': `203.0.113.${n}`, 'x-real-ip': `203.0.113.${n}` },
      });
    for (let n = 0; n < 10; n += 1) expect((await guess(n)).status).toBe(401);
    expect((await guess(10)).status).toBe(429);
    const refused = await signIn(browser(), ownerEmail);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('is limited by account, from however many addresses, and whether it exists or not', async () => {
    const clock = createFakeClock();
    const { browser, ownerEmail } = await startTeam({
      ports: { clock },
      environment: { HOLDFAST_TRUSTED_PROXIES: '127.0.0.1' },
    });
    const guess = (email: string, n: number) =>
      browser().ask('POST', '/v1/session', {
        body: { email, ...wrong },
        headers: { 'x-forwarded-for': `203.0.113.${n}` },
      });
    for (const email of [ownerEmail, 'nobody@example.com']) {
      const answers = await Promise.all(Array.from({ length: 21 }, (_, n) => guess(email, n % 7)));
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        ...Array(20).fill(401),
        429,
      ]);
      clock.advance(15 * 60_000);
    }
    expect((await signIn(browser(), ownerEmail)).status).toBe(200);
  });

  it('changes the password, and ends every other session', async () => {
    const { browser, owner, ownerEmail } = await startTeam();
    const other = browser();
    await signIn(other, ownerEmail);
    const next = 'another long password';
    const refused = await owner.ask('POST', '/v1/password', { body: { current: 'wrong', next } });
    expect(refused.status).toBe(401);
    const before = owner.cookies.get('holdfast_session');
    expect((await owner.ask('POST', '/v1/password', { body: { current: testPassword, next } })).status).toBe(
      200,
    );
    expect(owner.cookies.get('holdfast_session')).not.toBe(before);
    expect((await owner.ask('GET', '/v1/session')).status).toBe(200);
    expect((await other.ask('GET', '/v1/session')).status).toBe(401);
    expect((await signIn(browser(), ownerEmail)).status).toBe(401);
    expect((await signIn(browser(), ownerEmail, { password: next })).status).toBe(200);
  });
});

describe('requests that other sites cause', () => {
  it.each([
    ['say nothing of where they come from', { origin: undefined }],
    ['come from another site', { origin: 'https://evil.example' }],
    ['come from a page without an origin', { origin: 'null' }],
    ['are marked by the browser', { 'sec-fetch-site': 'cross-site' }],
    ['come from a neighbour', { 'sec-fetch-site': 'same-site' }],
  ])('change nothing when they %s', async (_, headers) => {
    const { owner } = await startTeam();
    const made = await owner.ask('POST', '/v1/tokens', { body: { name: 'ci', role: 'viewer' }, headers });
    expect(made).toMatchObject({ status: 403, body: { code: 'other-origin' } });
    expect((await owner.ask('GET', '/v1/tokens', { headers })).body).toEqual({ items: [] });
  });

  it('do not sign anybody in, either', async () => {
    const { browser, ownerEmail } = await startTeam();
    const answer = await browser().ask('POST', '/v1/session', {
      body: { email: ownerEmail, password: testPassword },
      headers: { origin: 'https://evil.example' },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'other-origin' } });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('are told from those of its own pages and of programs', async () => {
    const { owner, server, browser } = await startTeam();
    const body = { name: 'ci', role: 'viewer' };
    const own = { origin: undefined, 'sec-fetch-site': 'same-origin' };
    expect((await owner.ask('POST', '/v1/tokens', { body, headers: own })).status).toBe(201);
    const bearer = { origin: undefined, authorization: `Bearer ${server.token}` };
    expect((await browser().ask('POST', '/v1/tokens', { body, headers: bearer })).status).toBe(201);
  });
});

it('sends the headers of a careful site with every answer, refusals among them', async () => {
  const { browser } = await startTeam();
  for (const path of ['/healthz', '/v1/people', '/nothing']) {
    const { headers } = await browser().ask('GET', path);
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    expect(headers['strict-transport-security']).toBeUndefined();
  }
});
