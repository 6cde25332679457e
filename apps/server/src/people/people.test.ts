import { invitationSchema, type Role } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { Browser } from '../testing/browser.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { signIn, startTeam, testPassword } from '../testing/team.ts';

function invite(browser: Browser, role: Role, email = `${role}@example.com`) {
  return browser.ask('POST', '/v1/people', { body: { email, name: role, role } });
}

describe('an invitation', () => {
  it('is used once, and until it expires', async () => {
    const clock = createFakeClock();
    const { owner, browser } = await startTeam({
      ports: { clock },
      environment: { HOLDFAST_PUBLIC_URL: 'http://backup.example.com' },
    });
    const { code, link, person } = invitationSchema.parse((await invite(owner, 'viewer')).body);
    expect(person).toMatchObject({ state: 'invited', role: 'viewer' });
    expect(link).toBe(`http://backup.example.com/invitation#${code}`);
    const accept = (given = code) =>
      browser().ask('POST', '/v1/invitations/accept', { body: { code: given, password: testPassword } });
    expect((await accept('AAAAA-AAAAA-AAAAA-AAAAA')).status).toBe(403);
    const answers = await Promise.all([accept(), accept()]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    expect((await signIn(browser(), 'viewer@example.com')).status).toBe(200);
    const late = invitationSchema.parse((await invite(owner, 'operator')).body);
    clock.advance(7 * 24 * 3_600_000);
    expect(await accept(late.code)).toMatchObject({ status: 403, body: { code: 'code-invalid' } });
  });

  it('is one for each address, and by admins only for roles beneath their own', async () => {
    const { owner, join } = await startTeam();
    const admin = await join('admin');
    for (const role of ['admin', 'owner'] as const) {
      expect(await invite(admin, role, 'new@example.com')).toMatchObject({ status: 403 });
    }
    expect((await invite(admin, 'operator')).status).toBe(201);
    expect(await invite(owner, 'viewer', 'OPERATOR@example.com')).toMatchObject({ status: 409 });
    expect((await invite(owner, 'owner', 'second@example.com')).status).toBe(201);
  });

  it('of the first person may come from the server itself, and ends set-up', async () => {
    const { api, browser } = await startTeam();
    const reset = await api('POST', '/v1/people/owner@example.com/reset-password', {});
    const { code } = invitationSchema.parse(reset.body);
    // The old password is good until the new one is chosen.
    expect((await signIn(browser(), 'owner@example.com')).status).toBe(200);
    const password = 'forgotten no more';
    await browser().ask('POST', '/v1/invitations/accept', { body: { code, password } });
    expect((await signIn(browser(), 'owner@example.com')).status).toBe(401);
    expect((await signIn(browser(), 'owner@example.com', { password })).status).toBe(200);
  });
});

describe('the last owner', () => {
  it('cannot go, nor become less; one who was only invited does not count', async () => {
    const { owner, browser } = await startTeam();
    const { code } = invitationSchema.parse((await invite(owner, 'owner', 'second@example.com')).body);
    const attempts = () =>
      Promise.all([
        owner.ask('DELETE', '/v1/people/owner@example.com'),
        owner.ask('PATCH', '/v1/people/owner@example.com', { body: { role: 'admin' } }),
      ]);
    for (const answer of await attempts()) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'last-owner' } });
    }
    expect((await owner.ask('GET', '/v1/session')).status).toBe(200);
    await browser().ask('POST', '/v1/invitations/accept', { body: { code, password: testPassword } });
    expect((await owner.ask('DELETE', '/v1/people/owner@example.com')).status).toBe(204);
  });

  it('stays when two owners remove each other at the same time', async () => {
    const { owner, join } = await startTeam();
    const second = await join('owner', 'second');
    const answers = await Promise.all([
      owner.ask('DELETE', '/v1/people/second@example.com'),
      second.ask('DELETE', '/v1/people/owner@example.com'),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  });
});

it('of people who do not exist is said so', async () => {
  const { owner } = await startTeam();
  expect((await owner.ask('DELETE', '/v1/people/nobody@example.com')).status).toBe(404);
  expect((await owner.ask('PATCH', '/v1/people/owner@example.com', { body: {} })).status).toBe(400);
});

describe('an account', () => {
  it('is seen, and its name changed, by whoever it belongs to; nothing else of it', async () => {
    const { join } = await startTeam();
    const viewer = await join('viewer');
    const body = { name: 'Vera', role: 'owner' };
    expect(await viewer.ask('PATCH', '/v1/account', { body })).toMatchObject({ status: 200 });
    expect(await viewer.ask('GET', '/v1/account')).toMatchObject({
      status: 200,
      body: { name: 'Vera', email: 'viewer@example.com', role: 'viewer', secondFactor: false },
    });
  });
});
