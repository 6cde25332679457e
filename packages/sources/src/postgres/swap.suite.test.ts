import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failOnLeakedContainers, type PostgresContainer, startPostgres } from '../testing/index.ts';
import { endOwnSessions, renameDatabases } from './swap.ts';
import { connect } from './testing/restore-session.ts';

failOnLeakedContainers();

let container: PostgresContainer;

beforeAll(async () => {
  container = await startPostgres({ version: '17', command: ['-c', 'max_connections=40'] });
  for (const name of ['app', 'other', 'postgres']) {
    if (name !== 'postgres') await container.sql(`CREATE DATABASE ${name}`);
    await container.sql(`CREATE TABLE which AS SELECT 'old ${name}' AS it`, name);
    await container.sql(`CREATE DATABASE new_${name}`);
    await container.sql(`CREATE TABLE which AS SELECT 'new ${name}' AS it`, `new_${name}`);
  }
});

afterAll(() => container.remove());

const which = (database: string) => container.sql('SELECT it FROM which', database);

/** Clients that come back as soon as they are sent away, each with a transaction that goes on for ever. */
function storm(database: string, clients: number) {
  const script = `
    for i in $(seq "$2"); do
      (while [ ! -e /tmp/calm ]; do
        psql -X -q -w -U postgres -d "$1" -c 'BEGIN; SELECT count(*) FROM which; SELECT pg_sleep(600)' >/dev/null 2>&1
      done) &
    done
    wait`;
  return container.exec({ command: ['sh', '-c', script, 'storm', database, String(clients)] });
}

describe('the swap', () => {
  it('succeeds among clients that reconnect at once, for several databases, the maintenance database among them', async () => {
    const { connected } = await connect(container);
    const storms = [storm('app', 10), storm('postgres', 3)];
    await sleep(2_000);
    await renameDatabases(connected.server, 'template1', [
      { from: 'app', to: 'old_app' },
      { from: 'new_app', to: 'app' },
      { from: 'postgres', to: 'old_postgres' },
      { from: 'new_postgres', to: 'postgres' },
    ]);
    expect(await which('app')).toBe('new app');
    expect(await which('old_app')).toBe('old app');
    expect(await which('postgres')).toBe('new postgres');
    // The clients are back already, in the new database, and nobody sends them away again.
    await sleep(1_000);
    const clients = await container.sql(
      `SELECT count(*) >= 10 FROM pg_stat_activity WHERE datname = 'app' AND query ~ 'pg_sleep'`,
      'template1',
    );
    await container.exec({ command: ['touch', '/tmp/calm'] });
    await container.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND pid <> pg_backend_pid()`,
      'template1',
    );
    await Promise.all(storms);
    expect(clients).toBe('t');
  });

  it('ends as soon as the names have changed, and sends nobody away after that', async () => {
    const { connected } = await connect(container);
    const started = Date.now();
    // Each of the names belongs to another database afterwards.
    await renameDatabases(connected.server, 'template1', [
      { from: 'other', to: 'changing' },
      { from: 'new_other', to: 'other' },
      { from: 'changing', to: 'new_other' },
    ]);
    expect(Date.now() - started).toBeLessThan(7_000);
    expect(await which('other')).toBe('new other');
  });

  it('changes nothing when one of the names is taken', async () => {
    const { connected } = await connect(container);
    await expect(
      renameDatabases(connected.server, 'template1', [
        { from: 'app', to: 'app_renamed' },
        { from: 'other', to: 'old_app' },
      ]),
    ).rejects.toMatchObject({ code: 'restore-failed', message: expect.stringContaining('old_app') });
    expect(await which('app')).toBe('new app');
  });

  it('is whole or not at all when Holdfast is killed at any moment of it', async () => {
    const program = fileURLToPath(new URL('testing/rename-pairs.ts', import.meta.url));
    const outcomes = new Set<string>();
    const names = { from: ['app', 'other'], to: ['app_x', 'other_x'] };
    for (const delay of [0, 50, 100, 150, 200, 300, 400, 600, 1_000]) {
      const renames = names.from.map((from, index) => ({ from, to: names.to[index] }));
      const child = spawn(process.execPath, [program, container.id, JSON.stringify(renames)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await sleep(delay);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const { connected } = await connect(container);
      await endOwnSessions({ ...connected.server, applicationName: 'holdfast to be killed' }, 'template1');
      const now = await container.sql(
        `SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database WHERE datname ~ '^(app|other)'`,
        'template1',
      );
      expect([names.from.join(','), names.to.join(',')]).toContain(now);
      outcomes.add(now === names.from.join(',') ? 'not at all' : 'whole');
      if (now === names.to.join(',')) [names.from, names.to] = [names.to, names.from];
    }
    expect([...outcomes].sort()).toEqual(['not at all', 'whole']);
  });
});
