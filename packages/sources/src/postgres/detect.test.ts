import { describe, expect, it } from 'vitest';
import { detectPostgres } from './detect.ts';
import { type ContainerSketch, containerDetails } from './testing/container-details.ts';

const official = { command: ['docker-entrypoint.sh', 'postgres'], exposedPorts: ['5432/tcp'] };
const isServer = (sketch: ContainerSketch) => detectPostgres(containerDetails(sketch)) !== undefined;

describe('by image', () => {
  it.each([
    'postgres',
    'postgres:17-alpine',
    'library/postgres:16',
    'docker.io/library/postgres:16.4@sha256:0123456789abcdef',
    'localhost:5000/postgres',
    'registry.example.com:5000/mirror/library/postgres:15',
    'public.ecr.aws/docker/library/postgres',
    'postgis/postgis:16-3.4',
    'timescale/timescaledb:2.17.2-pg16',
    'timescale/timescaledb-ha:pg17',
    'pgvector/pgvector:pg17',
    'ankane/pgvector',
    'supabase/postgres:15.8.1.085',
    'bitnami/postgresql:17',
    'cimg/postgres:14.1',
    'ghcr.io/immich-app/postgres:14-vectorchord',
  ])('takes %s for a server', (image) => {
    expect(isServer({ image, ...official })).toBe(true);
    expect(isServer({ image })).toBe(true);
  });

  it.each([
    'prometheuscommunity/postgres-exporter',
    'postgrest/postgrest',
    'postgres-backup-s3',
    'edoburu/pgbouncer',
    'dpage/pgadmin4',
    'me/postgres:5432/app',
    'postgres/not-a-server',
    'sha256:8f2ab1',
    '',
    ':17',
    '$(postgres)',
    '../../postgres\n',
  ])('does not take %j for one', (image) => {
    expect(isServer({ image })).toBe(false);
  });

  it.each([
    [['pg_dump', '-h', 'db']],
    [['docker-entrypoint.sh', 'pg_dumpall']],
    [['docker-entrypoint.sh', 'psql', '-h', 'db']],
    [['/bin/sh', '-c', 'while true; do pg_dump postgres://db/app > /backup/app.sql; sleep 86400; done']],
    [['docker-entrypoint.sh', 'bash', '-c', 'sleep infinity']],
    [['sleep', 'infinity']],
    [['bash', '-ec', 'psql -h db -U postgres -d postgres -f /seed.sql']],
  ])('does not take the image of a server that runs %j for one', (command) => {
    expect(isServer({ image: 'postgres:16', command })).toBe(false);
  });

  it.each([
    [['docker-entrypoint.sh', '-c', 'max_connections=200']],
    [['docker-entrypoint.sh', 'postgres', '-D', '/etc/postgresql']],
    [['postgres', '-c', 'wal_level=logical']],
    [['sh', '-c', 'chown postgres /certs && exec docker-entrypoint.sh postgres']],
    [['bash', '-c', 'prepare; gosu postgres postgres -D /data']],
    [['/usr/bin/tini', '--', '/usr/local/bin/docker-entrypoint.sh', 'postgres']],
    [['/opt/bitnami/scripts/postgresql/entrypoint.sh', '/opt/bitnami/scripts/postgresql/run.sh']],
  ])('takes the image of a server that runs %j for one', (command) => {
    expect(isServer({ image: 'postgres:16', command })).toBe(true);
  });
});

describe('by environment', () => {
  const environment = { POSTGRES_USER: 'app', POSTGRES_PASSWORD: 'irrelevant', POSTGRES_DB: 'app' };

  it('does not take an application that connects to a server for one', () => {
    const command = ['node', 'server.js'];
    expect(isServer({ command, environment })).toBe(false);
    expect(isServer({ command, environment: { ...environment, POSTGRES_HOST: 'db' } })).toBe(false);
    expect(isServer({ command, environment, exposedPorts: ['3000/tcp'] })).toBe(false);
    expect(isServer({ environment: { ...environment, POSTGRES_PORT: '5432' } })).toBe(false);
  });

  it('does not take a sidecar made from the image of a server for one', () => {
    expect(
      isServer({
        image: 'prodrigestivill/postgres-backup-local',
        command: ['/init.sh'],
        exposedPorts: ['5432/tcp'],
        environment: { ...environment, PGDATA: '/var/lib/postgresql/data', POSTGRES_HOST: 'db' },
      }),
    ).toBe(false);
  });

  it('does not take a pooler for one', () => {
    expect(
      isServer({ exposedPorts: ['5432/tcp'], command: ['pgbouncer', '/etc/pgbouncer.ini'], environment }),
    ).toBe(false);
  });

  it('takes a server of an unknown image for one', () => {
    const image = 'registry.example.com/team/database:3';
    expect(isServer({ image, ...official, environment })).toBe(true);
    expect(
      isServer({ image, command: official.command, environment: { PGDATA: '/var/lib/postgresql/data' } }),
    ).toBe(true);
    expect(
      isServer({
        image,
        command: ['/start-everything'],
        exposedPorts: ['5432/tcp'],
        environment: { PGDATA: '/data', POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
      }),
    ).toBe(true);
  });

  it('takes a server that says where its own socket is for one', () => {
    expect(
      isServer({ ...official, environment: { ...environment, POSTGRES_HOST: '/var/run/postgresql' } }),
    ).toBe(true);
  });
});

describe('by label', () => {
  it('takes whatever is labelled as one', () => {
    expect(isServer({ labels: { 'holdfast.kind': 'postgres' }, command: ['own-server'] })).toBe(true);
  });

  it.each(['mysql', '', 'Postgres', 'postgres '])('does not take what is labelled %j for one', (kind) => {
    expect(isServer({ image: 'postgres', ...official, labels: { 'holdfast.kind': kind } })).toBe(false);
  });
});

describe('what is detected', () => {
  it('can be found again, and holds no secret', () => {
    const environment = { POSTGRES_PASSWORD: 'correct horse' };
    const detection = detectPostgres(
      containerDetails({ image: 'postgres', environment, labels: { 'holdfast.postgres.user': 'admin' } }),
    );
    expect(detection).toEqual({
      locator: { container: { id: 'c0ffee', name: 'db' } },
      dataPaths: ['/var/lib/postgresql'],
    });
  });

  it.each([
    [{ PGDATA: '/srv/pg' }, '/srv/pg'],
    [{ POSTGRESQL_DATA_DIR: '/bitnami/postgresql/data' }, '/bitnami/postgresql/data'],
    [{ PGDATA: 'relative' }, '/var/lib/postgresql'],
  ])('knows where its data lies: %j', (environment, folder) => {
    const detection = detectPostgres(containerDetails({ image: 'postgres', environment }));
    expect(detection?.dataPaths).toEqual([folder]);
  });

  it.each([
    ['paused', 'is paused'],
    ['exited', 'is stopped'],
    ['restarting', 'restarting'],
    ['created', 'never started'],
  ] as const)('has a problem when it is %s', (state, words) => {
    expect(detectPostgres(containerDetails({ image: 'postgres', state }))?.problem).toContain(words);
  });

  it.each([
    ['holdfast.postgres.port', '5432; drop'],
    ['holdfast.postgres.port', '0'],
    ['holdfast.postgres.password-file', 'secrets/password'],
    ['holdfast.postgres.pasword-env', 'DB_PASSWORD'],
    ['holdfast.postgres.user', ''],
  ])('has a problem that names the label %s=%j', (label, value) => {
    const detection = detectPostgres(containerDetails({ image: 'postgres', labels: { [label]: value } }));
    expect(detection?.problem).toContain(label);
  });
});
