import { readFileSync } from 'node:fs';
import {
  type AuditEntry,
  auditEntrySchema,
  createdApiTokenSchema,
  pageSchema,
  totpSecretSchema,
} from '@holdfast/contracts';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { dataDirectoryFiles } from '../data-directory/files.ts';
import type { Browser } from '../testing/browser.ts';
import { signIn, startTeam, testPassword } from '../testing/team.ts';

async function entries(browser: Browser, query = ''): Promise<{ items: AuditEntry[]; next?: string }> {
  return pageSchema(auditEntrySchema).parse((await browser.ask('GET', `/v1/audit${query}`)).body);
}

describe('the audit log', () => {
  it('has every change with who made it, and what was refused', async () => {
    const { owner, join, browser, api, ownerEmail } = await startTeam();
    const viewer = await join('viewer');
    await viewer.ask('POST', '/v1/prunes');
    await signIn(browser(), ownerEmail, { password: 'wrong' });
    await signIn(browser(), 'my-secret-password@example.com', { password: 'wrong' });
    await browser().ask('POST', '/v1/backups', { body: { all: true } });
    await api('POST', '/v1/tokens', { name: 'cron', role: 'viewer' });
    const { items } = await entries(owner);
    const seen = items.map(({ principal, action, status }) => [
      principal.kind,
      principal.name,
      action,
      status,
    ]);
    expect(seen.toReversed()).toEqual([
      ['person', 'Olga Owner', 'POST /v1/setup', 201],
      ['person', 'Olga Owner', 'POST /v1/people', 201],
      ['unknown', 'unknown', 'POST /v1/invitations/accept', 200],
      ['person', 'viewer', 'POST /v1/session', 200],
      ['person', 'viewer', 'POST /v1/prunes', 403],
      ['unknown', 'unknown', 'POST /v1/session', 401],
      ['unknown', 'unknown', 'POST /v1/session', 401],
      ['unknown', 'unknown', 'POST /v1/backups', 401],
      ['host', 'this host', 'POST /v1/tokens', 201],
    ]);
    expect(items.at(-2)).toMatchObject({ address: '127.0.0.1', subject: { email: 'viewer@example.com' } });
    expect(items[3]?.subject).toMatchObject({ email: ownerEmail });
    // Nobody has that address: it may be a password in the wrong field.
    expect(items[2]?.subject).toEqual({});
    expect(items[0]).not.toHaveProperty('address');
  });

  it('names what a request was about, but nothing that came in its body', async () => {
    const { owner, join } = await startTeam();
    await join('viewer');
    await owner.ask('PATCH', '/v1/people/viewer@example.com', { body: { role: 'operator' } });
    const { items } = await entries(owner, '?limit=1');
    expect(items).toMatchObject([
      {
        action: 'PATCH /v1/people/:id',
        subject: { id: 'viewer@example.com', email: 'viewer@example.com', from: 'viewer', to: 'operator' },
        status: 200,
      },
    ]);
  });

  it('is read page by page, by admins', async () => {
    const { owner, join } = await startTeam();
    const viewer = await join('viewer');
    expect((await viewer.ask('GET', '/v1/audit')).status).toBe(403);
    const whole = (await entries(owner)).items.map(({ sequence }) => sequence);
    const paged: number[] = [];
    let cursor = '';
    for (;;) {
      const { items, next } = await entries(owner, `?limit=3${cursor}`);
      paged.push(...items.map(({ sequence }) => sequence));
      if (next === undefined) break;
      cursor = `&cursor=${next}`;
    }
    expect(paged).toEqual(whole);
    expect((await owner.ask('GET', '/v1/audit?cursor=x')).status).toBe(400);
  });

  it('cannot be filled up by who is not known', async () => {
    const { owner, browser } = await startTeam();
    const stranger = browser();
    for (let n = 0; n < 70; n += 1) await stranger.ask('POST', '/v1/prunes');
    const { items } = await entries(owner, '?limit=500');
    expect(items.filter(({ status }) => status === 401)).toHaveLength(60);
    await owner.ask('POST', '/v1/prunes');
    expect((await entries(owner, '?limit=1')).items).toMatchObject([{ status: 202 }]);
  });

  it.each([
    ['changed', "update audit_log set principal_name = 'Somebody Else' where sequence = 2", 2],
    ['removed', 'delete from audit_log where sequence = 2', 3],
  ])('shows that an entry was %s', async (_, statement, brokenAt) => {
    const { owner, join, dataDirectory } = await startTeam();
    await join('viewer');
    const whole = await owner.ask('GET', '/v1/audit/verification');
    expect(whole.body).toEqual({ entries: 4, intact: true });
    const database = new BetterSqlite3(dataDirectoryFiles(dataDirectory).database);
    database.exec(statement);
    database.close();
    const broken = await owner.ask('GET', '/v1/audit/verification');
    expect(broken.body).toMatchObject({ intact: false, brokenAt });
  });
});

it('nothing that opens a door is in the database as it is, nor in the log', async () => {
  const { owner, setUpCode, dataDirectory, logged, server } = await startTeam();
  const totp = await owner.ask('POST', '/v1/totp', { body: { password: testPassword } });
  const token = await owner.ask('POST', '/v1/tokens', { body: { name: 'ci', role: 'viewer' } });
  const body = { email: 'new@example.com', name: 'New', role: 'viewer' };
  const invited = await owner.ask('POST', '/v1/people', { body });
  const secrets = [
    testPassword,
    setUpCode,
    setUpCode.replaceAll('-', ''),
    owner.cookies.get('holdfast_session') ?? '',
    totpSecretSchema.parse(totp.body).secret,
    createdApiTokenSchema.parse(token.body).secret.slice(3),
    (invited.body as { code: string }).code,
    server.token,
  ];
  const { database } = dataDirectoryFiles(dataDirectory);
  const stored = [database, `${database}-wal`].map((file) => readFileSync(file, 'latin1')).join('');
  expect(stored).toContain('owner@example.com');
  const later = logged.filter((line) => !line.includes('set Holdfast up')).join('\n');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(stored).not.toContain(secret);
    expect(later).not.toContain(secret);
  }
});
