import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { problem } from '../testing/contract-server.ts';
import { runCommand } from '../testing/test-host.ts';

const person = {
  id: randomUUID(),
  email: 'kim@example.com',
  name: 'Kim',
  role: 'operator',
  state: 'invited',
  secondFactor: false,
  identityProvider: false,
  createdAt: '2026-11-22T10:00:00.000Z',
};
const invitation = {
  person,
  code: 'ABCDE-FGHJK-LMNPQ-RSTUV',
  link: 'https://backup.example.com/invitation#ABCDE-FGHJK-LMNPQ-RSTUV',
  expiresAt: '2026-11-29T10:00:00.000Z',
};
const token = { id: randomUUID(), name: 'ci', role: 'viewer', createdAt: '2026-11-22T10:00:00.000Z' };

describe('holdfast people', () => {
  it('lists them', async () => {
    const routes = { 'GET /v1/people': { body: { items: [person] } } };
    const human = await runCommand(['people', 'list'], { routes });
    expect(human.stdout).toMatch(/kim@example\.com +Kim +operator +invited/);
    const json = await runCommand(['people', 'list', '--json'], { routes });
    expect(JSON.parse(json.stdout)).toEqual([person]);
    const none = await runCommand(['people', 'list'], {
      routes: { 'GET /v1/people': { body: { items: [] } } },
    });
    expect(none.stdout).toContain('holdfast people invite');
  });

  it('invites somebody, and prints the code', async () => {
    const routes = { 'POST /v1/people': { status: 201, body: invitation } };
    const run = await runCommand(['people', 'invite', 'Kim@Example.com', '--role', 'operator'], { routes });
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.body).toEqual({
      email: 'kim@example.com',
      name: 'Kim@Example.com',
      role: 'operator',
    });
    expect(run.stdout).toContain(invitation.code);
    expect(run.stdout).toContain(invitation.link);
  });

  it.each([
    ['a role', ['kim@example.com', '--role', 'boss'], '"boss" cannot be the role'],
    ['an address', ['kim', '--role', 'viewer'], '"kim" cannot be the email'],
  ])('refuses %s that is none', async (_, argv, words) => {
    const run = await runCommand(['people', 'invite', ...argv]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(words);
    expect(run.received).toEqual([]);
  });

  it('gives a way back in', async () => {
    const routes = { 'POST /v1/people/kim%40example.com/reset-password': { status: 201, body: invitation } };
    const argv = ['people', 'reset-password', 'kim@example.com', '--forget-second-factor', '--json'];
    const run = await runCommand(argv, { routes });
    expect(run.received[0]?.body).toEqual({ forgetSecondFactor: true });
    expect(JSON.parse(run.stdout)).toEqual(invitation);
  });

  it('removes somebody, unless that is refused', async () => {
    const path = 'DELETE /v1/people/kim%40example.com';
    const done = await runCommand(['people', 'remove', 'kim@example.com'], {
      routes: { [path]: { status: 204 } },
    });
    expect(done.exitCode).toBe(0);
    const body = problem('last-owner', 'This person is the last owner who can sign in.');
    const refused = await runCommand(['people', 'remove', 'kim@example.com'], {
      routes: { [path]: { status: 409, body } },
    });
    expect(refused.exitCode).toBe(5);
  });
});

describe('holdfast tokens', () => {
  it('prints the secret alone', async () => {
    const routes = { 'POST /v1/tokens': { status: 201, body: { token, secret: 'hf_s3cret' } } };
    const run = await runCommand(['tokens', 'create', 'ci', '--role', 'viewer', '--days', '90'], { routes });
    expect(run.received[0]?.body).toEqual({ name: 'ci', role: 'viewer', expiresInDays: 90 });
    expect(run.stdout).toBe('hf_s3cret\n');
    expect(run.stderr).toContain(token.id);
  });

  it('refuses days that are no number', async () => {
    const run = await runCommand(['tokens', 'create', 'ci', '--role', 'viewer', '--days', 'many']);
    expect(run.exitCode).toBe(2);
    expect(run.received).toEqual([]);
  });

  it('lists and removes them', async () => {
    const routes = {
      'GET /v1/tokens': { body: { items: [token] } },
      [`DELETE /v1/tokens/${token.id}`]: { status: 204 },
    };
    const listed = await runCommand(['tokens', 'list'], { routes });
    expect(listed.stdout).toMatch(/ci +viewer +on the server +never +never/);
    expect((await runCommand(['tokens', 'remove', token.id], { routes })).exitCode).toBe(0);
  });
});
