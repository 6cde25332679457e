import { describe, expect, it } from 'vitest';
import { problem } from './testing/contract-server.ts';
import { anAlert, anItem, anOperation, aSnapshot, aSource } from './testing/samples.ts';
import { runCommand } from './testing/test-host.ts';

describe('holdfast', () => {
  it('shows its help and version on standard output', async () => {
    const help = await runCommand(['--help']);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('holdfast restore shop-db latest');
    expect((await runCommand(['restore', '--help'])).stdout).toContain('--in-place');
    expect(await runCommand(['--version'])).toMatchObject({ exitCode: 0, stdout: '1.2.3\n' });
  });

  it.each([[['bogus']], [['backup', '--bogus']], [['snapshot', 'show']], [['sources', 'add', 'directory']]])(
    'reports %j as a usage error',
    async (argv) => {
      const human = await runCommand(argv);
      expect(human).toMatchObject({ exitCode: 2, stdout: '', received: [] });
      expect(human.stderr).toMatch(/^Error \[invalid-input\]: .+\nNext: .+\n$/);
      const json = await runCommand([...argv, '--json']);
      expect(json).toMatchObject({ exitCode: 2, stderr: '' });
      expect(JSON.parse(json.stdout)).toMatchObject({ code: 'invalid-input', status: 400 });
    },
  );

  it('shows the help of a command that lacks its subcommand', async () => {
    const run = await runCommand(['snapshot']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('Usage: holdfast snapshot');
  });

  it('prints the problem document of the server with --json', async () => {
    const body = problem('docker-unreachable', 'No socket.');
    const run = await runCommand(['sources', '--json'], {
      routes: { 'GET /v1/sources': { status: 503, body } },
    });
    expect(run).toMatchObject({ exitCode: 1, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ code: 'docker-unreachable', detail: 'No socket.' });
  });

  it('does not trust an answer that is not as the contracts say', async () => {
    const run = await runCommand(['sources'], {
      routes: { 'GET /v1/sources': { body: { items: [{}], warnings: [] } } },
    });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('Error [internal]');
  });

  it('passes the options of serve on', async () => {
    const run = await runCommand(['serve', '--port', '8000', '--host', '::1', '--data-dir', '/srv/hf']);
    expect(run.served).toEqual([{ port: 8000, host: '::1', dataDirectory: '/srv/hf' }]);
    expect((await runCommand(['serve', '--port', '70000'])).exitCode).toBe(2);
  });
});

describe('holdfast sources', () => {
  const hostile = 'The label says "x\u001b[2J\nshop-db  postgres  shop  yes".';
  const routes = {
    'GET /v1/sources': {
      body: {
        items: [
          aSource({ lastSuccess: new Date(Date.now() - 7_200_000).toISOString() }),
          aSource({ name: 'odd', protected: false, reason: hostile }),
        ],
        warnings: ['The Docker engine cannot be reached.'],
      },
    },
    'GET /v1/alerts': { body: { items: [] } },
  };

  it('prints an array with --json, warnings elsewhere', async () => {
    const run = await runCommand(['sources', '--json'], { routes });
    expect(JSON.parse(run.stdout)).toEqual(routes['GET /v1/sources'].body.items);
    expect(run.stderr).toBe('Warning: The Docker engine cannot be reached.\n');
  });

  it('shows hostile words harmlessly', async () => {
    const run = await runCommand(['sources'], { routes });
    expect(run.stdout).toMatch(/shop-db +postgres +shop +yes +2 h ago/);
    expect(run.stdout).toContain('x\\e[2J\\nshop-db');
    expect(run.stdout.trim().split('\n')).toHaveLength(3);
  });

  it('fits the terminal, and has colours there unless NO_COLOR is set', async () => {
    const coloured = await runCommand(['sources'], { routes, columns: 72 });
    const lines = coloured.stdout.replaceAll(/\p{Cc}\[\d+m/gu, '').split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    expect(coloured.stdout).toContain('\u001b[32myes');
    const plain = await runCommand(['sources'], { routes, columns: 72, environment: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b');
  });

  it('says when a snapshot was proven and how long recovery takes, and points to what is open', async () => {
    const lastVerified = new Date(Date.now() - 7_200_000).toISOString();
    const body = { items: [aSource({ lastVerified, recoveryMs: 83_000 })], warnings: [] };
    const run = await runCommand(['sources'], {
      routes: { 'GET /v1/sources': { body }, 'GET /v1/alerts': { body: { items: [anAlert()] } } },
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/2 h ago, in 1 min 23 s/);
    expect(run.stderr).toBe('1 open alert about shop-db. Look at them with: holdfast alerts\n');
  });

  it('declares a source by its whole path, and refuses kinds and names that cannot be', async () => {
    const added = { 'POST /v1/sources': { status: 201, body: aSource({ name: 'uploads' }) } };
    const run = await runCommand(['sources', 'add', 'directory', 'uploads', '--name', 'uploads'], {
      routes: added,
    });
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.body).toEqual({
      kind: 'directory',
      path: `${process.cwd()}/uploads`,
      name: 'uploads',
    });
    expect((await runCommand(['sources', 'add', 'tape', '/x'])).exitCode).toBe(2);
    expect((await runCommand(['sources', 'add', 'sqlite', '/x', '--host', 'y'])).exitCode).toBe(2);
    expect((await runCommand(['sources', 'add', 'directory', '/x', '--name', 'a b'])).exitCode).toBe(2);
  });

  it('sends names as one segment of the path', async () => {
    const run = await runCommand(['sources', 'remove', '../a b/$(x)?y']);
    expect(run.received[0]?.path).toBe('/v1/sources/..%2Fa%20b%2F%24(x)%3Fy');
    expect(await runCommand(['sources', 'remove', '..'])).toMatchObject({ exitCode: 4, received: [] });
  });
});

describe('holdfast snapshots', () => {
  const snapshot = aSnapshot();

  it('reads all pages', async () => {
    const second = aSnapshot({ resticId: 'beef'.padEnd(64, '2') });
    const run = await runCommand(['snapshots', 'shop-db', '--json'], {
      routes: {
        'GET /v1/snapshots': ({ path }) =>
          path.includes('cursor=more')
            ? { body: { items: [second] } }
            : { body: { items: [snapshot], next: 'more' } },
      },
    });
    expect(JSON.parse(run.stdout)).toEqual([snapshot, second]);
    expect(run.received[0]?.path).toBe('/v1/snapshots?source=shop-db');
  });

  it('lists and shows them for people', async () => {
    const list = await runCommand(['snapshots'], {
      routes: { 'GET /v1/snapshots': { body: { items: [snapshot] } } },
    });
    expect(list.stdout).toMatch(/4bba301e +shop-db +postgres +2026-11-22 .* 960 KiB +disk/);
    const show = await runCommand(['snapshot', 'show', '4bba'], {
      routes: { 'GET /v1/snapshots/4bba': { body: snapshot } },
    });
    expect(show.stdout).toMatch(/proof +not yet restored/);
    expect(show.stdout).toMatch(/shop\.public\.orders +12/);
  });

  it('confirms one that looked suspicious', async () => {
    const run = await runCommand(['snapshot', 'confirm', '4bba'], {
      routes: { 'POST /v1/snapshots/4bba/confirm': { body: snapshot } },
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: '4bba301e of shop-db counts as good now.\n' });
  });

  it('deletes one by its whole id, and only with a confirmation', async () => {
    const routes = {
      'GET /v1/snapshots/4bba': { body: snapshot },
      [`DELETE /v1/snapshots/${snapshot.id}`]: { status: 204 },
    };
    const refused = await runCommand(['snapshot', 'delete', '4bba'], { routes });
    expect(refused).toMatchObject({ exitCode: 5 });
    expect(refused.received).toHaveLength(1);
    const deleted = await runCommand(['snapshot', 'delete', '4bba', '--yes'], { routes });
    expect(deleted.exitCode).toBe(0);
    expect(deleted.received[1]?.path).toBe(
      `/v1/snapshots/${snapshot.id}?confirmation=${snapshot.id}&force=false`,
    );
  });
});

describe('holdfast operations', () => {
  it('lists the newest', async () => {
    const operation = anOperation({
      state: 'succeeded',
      items: [anItem()],
      finishedAt: '2026-11-22T02:00:03.000Z',
    });
    const run = await runCommand(['operations', '--limit', '5'], {
      routes: { 'GET /v1/operations': { body: { items: [operation] } } },
    });
    expect(run.stdout).toMatch(new RegExp(`${operation.id} +backup +shop-db +succeeded .* 3 s`));
    expect(run.received[0]?.path).toBe('/v1/operations?limit=5');
  });

  it('follows one to its end with its log, and gives the exit code of what it did', async () => {
    const operation = anOperation({ kind: 'restore', source: 'shop-db' });
    const line = { sequence: 1, time: operation.createdAt, level: 'info', message: 'creating roles' };
    const error = { code: 'container-not-found', detail: 'Gone.', hint: 'Start it.' };
    const run = await runCommand(['operations', '--follow', operation.id], {
      routes: {
        [`GET /v1/operations/${operation.id}`]: { body: operation },
        [`GET /v1/operations/${operation.id}/events`]: {
          events: [
            { type: 'log', operationId: operation.id, line },
            { type: 'operation', operation: { ...operation, state: 'failed', error } },
          ],
        },
      },
    });
    expect(run.stderr).toContain('shop-db: creating roles');
    expect(run.stderr).toContain('Error [container-not-found]: Gone.');
    expect(run.exitCode).toBe(4);
  });

  it('cancels one', async () => {
    const operation = anOperation();
    const run = await runCommand(['cancel', operation.id], {
      routes: { [`POST /v1/operations/${operation.id}/cancel`]: { status: 202, body: operation } },
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('Cancelling.');
  });
});

describe('maintenance', () => {
  it('previews retention with its reasons', async () => {
    const { id: snapshotId, resticId, source, destination, time } = aSnapshot();
    const kept = {
      snapshotId,
      resticId,
      source,
      destination,
      time,
      keep: true,
      reasons: ['daily', 'last good'],
    };
    const removed = { ...kept, keep: false, reasons: ['older than 30 days'] };
    const routes = { 'GET /v1/retention/preview': { body: { items: [kept, removed] } } };
    const run = await runCommand(['retention', 'preview', 'shop-db'], { routes });
    expect(run.stdout).toMatch(/kept +daily; last good/);
    expect(run.stdout).toMatch(/removed +older than 30 days/);
    expect(run.stderr).toBe('1 of 2 snapshots would be removed.\n');
    expect(run.received[0]?.path).toBe('/v1/retention/preview?source=shop-db');
  });

  it.each([
    ['retention', ['retention', 'run'], 'POST /v1/retention'],
    ['prune', ['prune'], 'POST /v1/prunes'],
    ['check', ['check'], 'POST /v1/checks'],
  ] as const)('runs %s to its end', async (kind, argv, route) => {
    const operation = anOperation({ kind });
    const final = {
      ...operation,
      state: 'succeeded',
      finishedAt: '2026-11-22T02:00:02.000Z',
      result: { removed: 4 },
    };
    const run = await runCommand(argv, {
      routes: {
        [route]: { status: 202, body: operation },
        [`GET /v1/operations/${operation.id}/events`]: { events: [{ type: 'operation', operation: final }] },
      },
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('succeeded after 2 s\n  removed: 4');
  });

  it('reports what the doctor found', async () => {
    const check = { name: 'restic', state: 'failed', detail: 'Not found.', hint: 'Run scripts/setup.' };
    const run = await runCommand(['doctor'], {
      routes: { 'GET /v1/doctor': { body: { ok: false, checks: [check] } } },
    });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toBe('failed  restic: Not found.\n      Next: Run scripts/setup.\n');
  });

  it('prints the recovery kit as variables', async () => {
    const repository = 's3:https://s3.example.com/backups/restic/shop-db';
    const environment = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: "<the user's secret key>" };
    const kit = {
      keyId: 'key-1',
      password: 'p4ss',
      time: '2026-11-22T10:00:00.000Z',
      repositories: [
        {
          source: 'shop-db',
          destination: 'offsite',
          repository,
          environment,
          options: ['s3.bucket-lookup=path'],
        },
      ],
    };
    const run = await runCommand(['key', 'show-kit'], { routes: { 'GET /v1/key/kit': { body: kit } } });
    expect(run.stdout).toBe(
      [
        'export RESTIC_PASSWORD=p4ss',
        '',
        '# shop-db at offsite',
        `export RESTIC_REPOSITORY=${repository}`,
        'export AWS_ACCESS_KEY_ID=k',
        String.raw`export AWS_SECRET_ACCESS_KEY='<the user'\''s secret key>'`,
        '# restic needs: -o s3.bucket-lookup=path',
        '',
      ].join('\n'),
    );
    expect(run.stderr).toContain('Whoever has this password');
  });
});
