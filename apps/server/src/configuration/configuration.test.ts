import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  appliedConfigurationSchema,
  type Configuration,
  configurationDiffSchema,
  configurationSchema,
} from '@holdfast/contracts';
import { sourceKinds } from '@holdfast/sources';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startTestServer } from '../testing/test-server.ts';

type Entered = z.input<typeof configurationSchema>;

const secret = 'planted-secret-0123456789';
const environment = {
  S3_SECRET: secret,
  HOOK: 'https://hooks.example.com/planted-hook',
  SIGN: 'planted-signature-0123',
};

async function startServer() {
  const test = await startTestServer({ mode: 'serve', ports: { sourceKinds }, environment });
  const { api } = test;
  const folder = await temporaryFolder();
  const diff = async (document: unknown, prune = false) =>
    configurationDiffSchema.parse((await api('POST', '/v1/configuration/diff', { document, prune })).body);
  const apply = (document: unknown, more: object = {}) =>
    api('POST', '/v1/configuration/apply', { document, force: true, ...more });
  const applied = async (document: unknown, more: object = {}) => {
    const answer = await apply(document, more);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return appliedConfigurationSchema.parse(answer.body).changes;
  };
  const exported = async () => (await api('GET', '/v1/configuration')).body as Entered;
  return { ...test, folder, diff, apply, applied, exported };
}

/** Something of every noun. */
function sample(folder: string): Entered {
  return {
    version: 1,
    defaultDestination: 'offsite',
    destinations: {
      offsite: {
        kind: 's3',
        settings: {
          endpoint: 'http://127.0.0.1:9',
          bucket: 'backups',
          accessKeyId: 'key',
          secretAccessKey: { fromEnvironment: 'S3_SECRET' },
        },
      },
    },
    sources: {
      uploads: { kind: 'directory', path: folder, environment: 'shop' },
      'far-db': {
        kind: 'postgres',
        settings: { host: '127.0.0.1', port: 9, user: 'backup' },
        secrets: { password: { fromEnvironment: 'S3_SECRET' } },
      },
    },
    plans: {
      nightly: {
        selector: { environments: ['shop'] },
        schedule: { preset: 'daily', hour: 3, minute: 0 },
        timeZone: 'Europe/Berlin',
        destinations: ['offsite'],
      },
    },
    channels: {
      hook: {
        kind: 'webhook',
        settings: { url: { fromEnvironment: 'HOOK' }, signingSecret: { fromEnvironment: 'SIGN' } },
        minSeverity: 'warning',
      },
    },
  };
}

const named = (changes: readonly { action: string; noun: string; name: string }[]) =>
  changes.map(({ action, noun, name }) => `${action} ${noun} ${name}`);

describe('a configuration document', () => {
  it('brings about all that it says, and nothing when it is applied again or exported and applied', async () => {
    const { applied, diff, exported, folder, api } = await startServer();
    const document = sample(folder);
    const all = [
      'create destination offsite',
      'create source far-db',
      'create source uploads',
      'create plan nightly',
      'create channel hook',
    ];
    expect(named(await applied(document, { dryRun: true }))).toEqual(all);
    expect(await exported()).toEqual({ version: 1 });
    expect(named(await applied(document))).toEqual(all);
    expect(await applied(document)).toEqual([]);
    const written = await exported();
    expect(written).toMatchObject({
      defaultDestination: 'offsite',
      destinations: { offsite: { settings: { secretAccessKey: { stored: true } } } },
      sources: { uploads: { kind: 'directory', path: folder, environment: 'shop' } },
      channels: { hook: { settings: { url: { stored: true } }, minSeverity: 'warning' } },
    });
    expect(written.plans).toEqual(document.plans);
    expect(written.sources?.['far-db']).toEqual({
      kind: 'postgres',
      settings: { host: '127.0.0.1', port: 9, user: 'backup' },
      secrets: { password: { stored: true } },
    });
    expect(await diff(written, true)).toEqual({ changes: [], problems: [] });
    expect(await applied(written, { prune: true })).toEqual([]);
    expect((await api('GET', '/v1/destinations')).body).toMatchObject({
      items: [
        { name: 'local', isDefault: false },
        { name: 'offsite', isDefault: true },
      ],
    });
  });

  it('shows field by field what changes, and of a secret only that it does', async () => {
    const { applied, diff, exported, folder, dataDirectory } = await startServer();
    await applied(sample(folder));
    await writeFile(path.join(dataDirectory, 'other'), 'another-planted-secret');
    const changed = configurationSchema.parse(await exported());
    Object.assign(changed.plans['nightly'] ?? {}, { enabled: false, retention: { daily: 7 } });
    Object.assign(changed.destinations['offsite']?.settings ?? {}, {
      secretAccessKey: { fromFile: path.join(dataDirectory, 'other') },
    });
    expect((await diff(changed)).changes).toEqual([
      {
        noun: 'destination',
        name: 'offsite',
        action: 'update',
        fields: [{ path: ['secrets', 'secretAccessKey'], secret: true }],
      },
      {
        noun: 'plan',
        name: 'nightly',
        action: 'update',
        fields: [
          { path: ['retention', 'daily'], before: 30, after: 7 },
          { path: ['enabled'], before: true, after: false },
        ],
      },
    ]);
    await applied(changed);
    expect((await diff(changed)).changes).toEqual([]);
  });

  it('deletes what it does not name only when asked to, and never the default plan or what variables made', async () => {
    const { applied, exported, folder, api } = await startServer();
    await applied(sample(folder));
    expect(await applied({ version: 1 })).toEqual([]);
    expect(named(await applied({ version: 1 }, { prune: true }))).toEqual([
      'delete channel hook',
      'delete plan nightly',
      'delete source far-db',
      'delete source uploads',
      'delete destination offsite',
    ]);
    expect(await exported()).toEqual({ version: 1 });
    expect((await api('GET', '/v1/plans')).body).toMatchObject({ items: [{ name: 'default' }] });
    expect((await api('GET', '/v1/destinations')).body).toMatchObject({
      items: [{ name: 'local', isDefault: true }],
    });
  });

  it('changes nothing at all when the last step fails', async () => {
    const { apply, applied, diff, exported, folder, dataDirectory } = await startServer();
    const { channels, ...first } = sample(folder);
    await applied(first);
    const before = await exported();
    const file = new BetterSqlite3(path.join(dataDirectory, 'holdfast.db'));
    const vault = () => file.prepare('select * from vault_secrets order by name').all();
    const secretsBefore = vault();
    file.exec(`create trigger refuse before insert on channels begin select raise(abort, 'refused'); end`);
    const document = {
      ...first,
      channels,
      destinations: { ...first.destinations, second: { kind: 'local', settings: { path: folder } } },
      plans: { other: { destinations: ['second'] } },
    };
    expect((await apply(document, { prune: true })).status).toBe(500);
    expect(await exported()).toEqual(before);
    expect(vault()).toEqual(secretsBefore);
    file.exec('drop trigger refuse');
    file.close();
    await applied(document, { prune: true });
    expect((await diff(document, true)).changes).toEqual([]);
  });

  it('tries storage and sources first, and changes nothing where that fails', async () => {
    const { apply, exported, folder } = await startServer();
    const wrong = { ...sample(folder), sources: { gone: { kind: 'directory', path: `${folder}/gone` } } };
    const answer = await apply({ version: 1, sources: wrong.sources }, { force: false });
    expect(answer.body).toMatchObject({
      code: 'source-unreadable',
      detail: expect.stringMatching(/^source gone: /),
    });
    const away = await apply({ version: 1, destinations: wrong.destinations }, { force: false });
    expect(away.body).toMatchObject({ detail: expect.stringMatching(/^destination offsite: /) });
    expect(await exported()).toEqual({ version: 1 });
  });

  it('gives no secret away, whatever it is asked', async () => {
    const { applied, apply, diff, exported, folder, logged } = await startServer();
    const document = sample(folder);
    const said = [
      await diff(document),
      await applied(document),
      await exported(),
      await diff(await exported()),
    ];
    const literal = {
      ...document,
      destinations: {
        offsite: { kind: 's3', settings: { bucket: 'backups', accessKeyId: 'k', secretAccessKey: secret } },
      },
    };
    const refused = await diff(literal);
    expect(refused.problems).toEqual([
      {
        path: ['destinations', 'offsite', 'settings', 'secretAccessKey'],
        message: expect.stringContaining('must not stand in the file'),
      },
    ]);
    said.push(refused, (await apply(literal)).body as typeof refused);
    expect(JSON.stringify(said) + logged.join('')).not.toMatch(/planted/);
  });

  it('says of all that is wrong where it stands', async () => {
    const { diff, folder } = await startServer();
    const { problems } = await diff({
      version: 1,
      defaultDestination: 'nowhere',
      destinations: {
        local: { kind: 'local', settings: { path: folder } },
        new: { kind: 's3', settings: { bucket: 'b2b', accessKeyId: 'k', secretAccessKey: { stored: true } } },
        tape: { kind: 'tape' },
      },
      plans: { a: { destinations: ['nowhere'] }, b: { timeZone: 'Mars/Base' } },
    });
    expect(problems.map((problem) => problem.path.join('.'))).toEqual([
      'destinations.new.settings.secretAccessKey',
      'destinations.tape.settings',
      'defaultDestination',
      'destinations.local',
      'plans.a.destinations.0',
      'plans.b',
    ]);
  });

  it('takes from afar only secrets that are there to be taken, and is for administrators', async () => {
    const { api, server, dataDirectory } = await startServer();
    const tokenOf = async (role: string) => {
      const answer = await api('POST', '/v1/tokens', { name: role, role });
      return (answer.body as { secret: string }).secret;
    };
    const admin = await tokenOf('admin');
    const ask = async (token: string, reference: object) => {
      const settings = { server: 'http://127.0.0.1:9', topic: 'a', token: reference };
      const answer = await fetch(`${server.url}/v1/configuration/diff`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ document: { version: 1, channels: { n: { kind: 'ntfy', settings } } } }),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const secrets = path.join(dataDirectory, 'secrets');
    await mkdir(secrets);
    await writeFile(path.join(secrets, 'good'), 'fine');
    await symlink(path.join(dataDirectory, '.env'), path.join(secrets, 'link'));
    for (const refused of [
      { fromEnvironment: 'S3_SECRET' },
      { fromEnvironment: 'HOLDFAST_MASTER_KEY' },
      { fromFile: path.join(dataDirectory, '.env') },
      { fromFile: `${secrets}/../.env` },
      { fromFile: `${secrets}/link` },
    ]) {
      expect((await ask(admin, refused)).text, JSON.stringify(refused)).toMatch(/over the network/i);
    }
    expect((await ask(admin, { fromFile: `${secrets}/good` })).text).toContain('"problems":[]');
    for (const role of ['viewer', 'operator']) {
      expect((await ask(await tokenOf(role), { stored: true })).status).toBe(403);
    }
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/);
const orAbsent = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const globs = fc.uniqueArray(fc.constantFrom('shop*', 'blog', '{a,b}-?', 'postgres'), { maxLength: 3 });
const hour = fc.integer({ min: 0, max: 23 });
const plan = fc.record({
  selector: orAbsent(
    fc.record({ sources: globs, environments: globs, exclude: fc.record({ sources: globs }) }),
  ),
  schedule: fc.oneof(
    fc.record({ preset: fc.constant('daily' as const), hour, minute: hour }),
    fc.record({ preset: fc.constant('weekly' as const), hour }),
    fc.constant({ preset: 'custom' as const, cron: '5 4 * * 1-5' }),
  ),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
  retention: fc.record({ daily: hour, weekly: hour }),
  jitterSeconds: fc.integer({ min: 0, max: 600 }),
  enabled: fc.boolean(),
  consistency: orAbsent(fc.constantFrom('live' as const, 'stop' as const)),
});
const channel = fc.record({
  kind: fc.constant('ntfy'),
  settings: fc.record({
    server: fc.constant('https://ntfy.example.com'),
    topic: fc.stringMatching(/^[a-z]{1,6}$/),
  }),
  enabled: fc.boolean(),
  minSeverity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
  environments: orAbsent(fc.uniqueArray(name, { minLength: 1, maxLength: 3 })),
  windowSeconds: fc.integer({ min: 0, max: 600 }),
});
const documents = fc.record({
  plans: fc.dictionary(name, plan, { maxKeys: 3 }),
  channels: fc.dictionary(name, channel, { maxKeys: 3 }),
});

it('is, once applied, what is exported, whatever it was; and applying it again changes nothing', async () => {
  const { applied, diff, exported } = await startServer();
  await fc.assert(
    fc.asyncProperty(documents, async (generated) => {
      const document = JSON.parse(JSON.stringify({ version: 1, ...generated })) as unknown;
      await applied(document, { prune: true });
      expect(await diff(document, true)).toEqual({ changes: [], problems: [] });
      const written = await exported();
      expect(completed(written)).toEqual(completed(document));
      expect(await diff(written, true)).toEqual({ changes: [], problems: [] });
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

/** With all that is left out filled in. */
function completed(document: unknown): Configuration {
  const { plans, ...rest } = configurationSchema.parse(document);
  const full = Object.entries(plans).map(([key, one]) => {
    const none = { sources: [], environments: [], kinds: [] };
    return [
      key,
      { ...one, selector: one.selector ?? { ...none, everything: false, exclude: none } },
    ] as const;
  });
  return { ...rest, plans: Object.fromEntries(full) };
}
