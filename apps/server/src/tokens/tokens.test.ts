import { createdApiTokenSchema, type Role } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { Browser } from '../testing/browser.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { startTeam } from '../testing/team.ts';

async function make(browser: Browser, role: Role, more: { expiresInDays?: number } = {}) {
  const made = await browser.ask('POST', '/v1/tokens', { body: { name: 'ci', role, ...more } });
  return createdApiTokenSchema.parse(made.body);
}

const by = (secret: string) => ({ headers: { authorization: `Bearer ${secret}`, origin: undefined } });

describe('an API token', () => {
  it('speaks for itself with its own role, and is shown once', async () => {
    const { join, browser, owner } = await startTeam();
    const admin = await join('admin');
    const { token, secret } = await make(admin, 'operator');
    expect(secret).toMatch(/^hf_[\w-]{43}$/);
    expect((await browser().ask('GET', '/v1/session', by(secret))).body).toEqual({
      kind: 'token',
      id: token.id,
      name: 'ci',
      role: 'operator',
    });
    const listed = await owner.ask('GET', '/v1/tokens');
    expect(listed.body).toMatchObject({ items: [{ id: token.id, madeBy: 'admin', role: 'operator' }] });
    expect(JSON.stringify(listed.body)).not.toContain(secret.slice(3));
  });

  it('may do no more than who makes it, and makes no others', async () => {
    const { join, browser, owner } = await startTeam();
    const operator = await join('operator');
    const answer = await operator.ask('POST', '/v1/tokens', { body: { name: 'ci', role: 'admin' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const { secret } = await make(owner, 'owner');
    const request = { body: { name: 'child', role: 'viewer' }, ...by(secret) };
    expect(await browser().ask('POST', '/v1/tokens', request)).toMatchObject({ status: 403 });
    expect((await browser().ask('POST', '/v1/totp', { body: { password: 'x' }, ...by(secret) })).status).toBe(
      403,
    );
  });

  it('is not made good by the cookie beside it', async () => {
    const { owner } = await startTeam();
    for (const authorization of ['Bearer hf_wrong', 'Basic b3duZXI6eA==', 'Bearer']) {
      const headers = { authorization };
      expect((await owner.ask('GET', '/v1/session', { headers })).status).toBe(401);
    }
  });

  it('loses what its maker loses, and ends with its maker', async () => {
    const { join, browser, owner } = await startTeam();
    const admin = await join('admin');
    const { secret } = await make(admin, 'admin');
    const whoAmI = () => browser().ask('GET', '/v1/session', by(secret));
    await owner.ask('PATCH', '/v1/people/admin@example.com', { body: { role: 'viewer' } });
    expect((await whoAmI()).body).toMatchObject({ role: 'viewer' });
    expect((await browser().ask('GET', '/v1/people', by(secret))).status).toBe(403);
    await owner.ask('DELETE', '/v1/people/admin@example.com');
    expect((await whoAmI()).status).toBe(401);
  });

  it('ends at once when it is removed, by its maker or an owner', async () => {
    const { join, browser, owner } = await startTeam();
    const viewer = await join('viewer');
    const mine = await make(viewer, 'viewer');
    const owners = await make(owner, 'viewer');
    expect((await viewer.ask('DELETE', `/v1/tokens/${owners.token.id}`)).status).toBe(404);
    expect((await viewer.ask('GET', '/v1/tokens')).body).toMatchObject({ items: [{ id: mine.token.id }] });
    expect((await viewer.ask('DELETE', `/v1/tokens/${mine.token.id}`)).status).toBe(204);
    expect((await browser().ask('GET', '/v1/session', by(mine.secret))).status).toBe(401);
    expect((await owner.ask('DELETE', `/v1/tokens/${owners.token.id}`)).status).toBe(204);
    expect((await browser().ask('GET', '/v1/session', by(owners.secret))).status).toBe(401);
  });

  it('expires, and remembers to the minute when it was used', async () => {
    const clock = createFakeClock();
    const { browser, api } = await startTeam({ ports: { clock } });
    // Made on the server itself, it has no maker.
    const made = await api('POST', '/v1/tokens', { name: 'cron', role: 'owner', expiresInDays: 1 });
    const { secret, token } = createdApiTokenSchema.parse(made.body);
    expect(token.madeBy).toBeUndefined();
    const lastUsed = async () => {
      expect((await browser().ask('GET', '/v1/session', by(secret))).status).toBe(200);
      const { items } = (await api('GET', '/v1/tokens')).body as { items: { lastUsed: string }[] };
      return items[0]?.lastUsed;
    };
    const first = await lastUsed();
    clock.advance(59_999);
    expect(await lastUsed()).toBe(first);
    clock.advance(1);
    expect(await lastUsed()).toBe(clock.now().toISOString());
    clock.advance(24 * 3_600_000 - 60_000);
    expect((await browser().ask('GET', '/v1/session', by(secret))).status).toBe(401);
  });
});
