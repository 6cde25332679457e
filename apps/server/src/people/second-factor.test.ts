import { recoveryCodesSchema, totpSecretSchema } from '@holdfast/contracts';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { signIn, startTeam, testPassword } from '../testing/team.ts';

async function withSecondFactor() {
  const clock = createFakeClock();
  const team = await startTeam({ ports: { clock } });
  const { owner } = team;
  const started = await owner.ask('POST', '/v1/totp', { body: { password: testPassword } });
  const { secret, uri } = totpSecretSchema.parse(started.body);
  const authenticator = new TOTP({ secret: Secret.fromBase32(secret) });
  const code = () => authenticator.generate({ timestamp: clock.now().getTime() });
  const confirmed = await owner.ask('POST', '/v1/totp/confirm', { body: { code: code() } });
  const { recoveryCodes } = recoveryCodesSchema.parse(confirmed.body);
  const enter = (totp?: string) =>
    signIn(team.browser(), team.ownerEmail, totp === undefined ? {} : { totp });
  return { ...team, clock, secret, uri, code, recoveryCodes, enter };
}

describe('a second factor', () => {
  it('is wanted once a code has confirmed it', async () => {
    const { owner, browser, ownerEmail } = await startTeam();
    expect((await owner.ask('POST', '/v1/totp', { body: { password: 'wrong' } })).status).toBe(401);
    expect((await owner.ask('POST', '/v1/totp/confirm', { body: { code: '123456' } })).status).toBe(409);
    await owner.ask('POST', '/v1/totp', { body: { password: testPassword } });
    const refused = await owner.ask('POST', '/v1/totp/confirm', { body: { code: 'abcdef' } });
    expect(refused).toMatchObject({ status: 401, body: { code: 'second-factor-wrong' } });
    expect((await signIn(browser(), ownerEmail)).status).toBe(200);
  });

  it('lets in by each code once, and not by the one that confirmed it', async () => {
    const { enter, code, clock, uri } = await withSecondFactor();
    expect(uri).toMatch(/^otpauth:\/\/totp\/Holdfast/);
    expect(await enter()).toMatchObject({ status: 401, body: { code: 'second-factor-required' } });
    expect(await enter(code())).toMatchObject({ status: 401, body: { code: 'second-factor-wrong' } });
    clock.advance(30_000);
    const used = code();
    const answers = await Promise.all([enter(used), enter(used)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    clock.advance(30_000);
    // It is still within the tolerance for clocks.
    expect((await enter(used)).status).toBe(401);
    expect((await enter(code())).status).toBe(200);
  });

  it('lets in by a recovery code in its place, once', async () => {
    const { enter, recoveryCodes } = await withSecondFactor();
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first = '', second = ''] = recoveryCodes;
    expect((await enter(first.toLowerCase())).status).toBe(200);
    expect((await enter(first)).status).toBe(401);
    expect((await enter(second)).status).toBe(200);
  });

  it('cannot be guessed, even with the password and from a new address each time', async () => {
    const { enter, code, clock } = await withSecondFactor();
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 5; n += 1) expect((await enter('000 000')).status).toBe(401);
      clock.advance(15 * 60_000);
    }
    expect((await enter(code())).status).toBe(429);
    clock.advance(60 * 60_000);
    expect((await enter(code())).status).toBe(200);
  });

  it('is switched off by its person, with the password', async () => {
    const { owner, enter } = await withSecondFactor();
    expect((await owner.ask('POST', '/v1/totp/disable', { body: { password: 'wrong' } })).status).toBe(401);
    expect((await owner.ask('POST', '/v1/totp/disable', { body: { password: testPassword } })).status).toBe(
      204,
    );
    expect((await enter()).status).toBe(200);
  });

  it('that was lost is forgotten by a reset on the server, when that is asked for', async () => {
    const { api, browser, enter, clock, code } = await withSecondFactor();
    const next = 'a password chosen anew';
    for (const forgetSecondFactor of [false, true]) {
      const reset = await api('POST', '/v1/people/owner@example.com/reset-password', { forgetSecondFactor });
      const accepted = await browser().ask('POST', '/v1/invitations/accept', {
        body: { code: (reset.body as { code: string }).code, password: next },
      });
      expect(accepted).toMatchObject({ status: 200, body: { secondFactor: !forgetSecondFactor } });
    }
    clock.advance(30_000);
    expect((await enter(code())).status).toBe(401);
    expect((await signIn(browser(), 'owner@example.com', { password: next })).status).toBe(200);
  });
});
