import { pageSchema, type Session, sessionSchema } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import type { Browser } from '../testing/browser.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { signIn, startTeam } from '../testing/team.ts';

const hour = 3_600_000;

async function sessionsOf(browser: Browser, query = ''): Promise<Session[]> {
  const answer = await browser.ask('GET', `/v1/sessions${query}`);
  return pageSchema(sessionSchema).parse(answer.body).items;
}

const status = async (browser: Browser) => (await browser.ask('GET', '/v1/session')).status;

describe('a session', () => {
  it('ends when it was not used for a day, or after two weeks', async () => {
    const clock = createFakeClock();
    const { owner, browser, ownerEmail } = await startTeam({ ports: { clock } });
    clock.advance(24 * hour - 1);
    expect(await status(owner)).toBe(200);
    clock.advance(24 * hour);
    expect(await status(owner)).toBe(401);
    const busy = browser();
    await signIn(busy, ownerEmail);
    for (let hours = 0; hours < 14 * 24 - 20; hours += 20) {
      clock.advance(20 * hour);
      if (hours + 20 < 14 * 24) expect(await status(busy)).toBe(200);
    }
    clock.advance(20 * hour);
    expect(await status(busy)).toBe(401);
    // What has ended is not kept.
    await signIn(busy, ownerEmail);
    expect(await sessionsOf(busy, '?everybody=true')).toHaveLength(1);
  });

  it('ends by signing out, on the server too', async () => {
    const { owner, browser } = await startTeam();
    const copy = browser();
    copy.cookies.set('holdfast_session', owner.cookies.get('holdfast_session') ?? '');
    expect((await owner.ask('DELETE', '/v1/session')).status).toBe(204);
    expect(owner.cookies.has('holdfast_session')).toBe(false);
    expect(await status(copy)).toBe(401);
  });

  it('is seen and ended by its person, and by owners', async () => {
    const { owner, join, browser } = await startTeam();
    const viewer = await join('viewer');
    const second = browser();
    await signIn(second, 'viewer@example.com');
    const own = await sessionsOf(viewer);
    expect(own).toMatchObject([{ userAgent: 'test browser', address: '127.0.0.1' }, { method: 'password' }]);
    expect(own.filter(({ current }) => current)).toHaveLength(1);
    const [owners] = (await sessionsOf(owner)).map(({ id }) => id);
    expect((await viewer.ask('GET', '/v1/sessions?everybody=true')).status).toBe(403);
    expect((await viewer.ask('DELETE', `/v1/sessions/${owners}`)).status).toBe(404);
    const other = own.find(({ current }) => !current)?.id;
    expect((await viewer.ask('DELETE', `/v1/sessions/${other}`)).status).toBe(204);
    expect(await status(second)).toBe(401);
    const last = (await sessionsOf(owner, '?everybody=true')).find(({ person }) => person === 'viewer');
    expect((await owner.ask('DELETE', `/v1/sessions/${last?.id}`)).status).toBe(204);
    expect(await status(viewer)).toBe(401);
  });

  it('ends when its person gets another role, or is removed', async () => {
    const { owner, join, browser } = await startTeam();
    const someone = await join('operator', 'someone');
    await owner.ask('PATCH', '/v1/people/someone@example.com', { body: { name: 'Another Name' } });
    expect(await status(someone)).toBe(200);
    await owner.ask('PATCH', '/v1/people/someone@example.com', { body: { role: 'viewer' } });
    expect(await status(someone)).toBe(401);
    const again = browser();
    await signIn(again, 'someone@example.com');
    expect((await again.ask('GET', '/v1/session')).body).toMatchObject({
      name: 'Another Name',
      role: 'viewer',
    });
    await owner.ask('DELETE', '/v1/people/someone@example.com');
    expect(await status(again)).toBe(401);
  });

  it('is not made by what nobody gave out', async () => {
    const { browser, server } = await startTeam();
    const forged = browser();
    for (const value of ['', 'x'.repeat(43), server.token, '%E0%A4%A']) {
      forged.cookies.set('holdfast_session', value);
      expect(await status(forged)).toBe(401);
    }
  });
});
