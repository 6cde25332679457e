import type { Manifest } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { rehearsePostgres } from './rehearsal.ts';
import { type ContainerSketch, containerDetails } from './testing/container-details.ts';

const manifest = (preloadLibraries?: string): Manifest => ({
  format: 1,
  holdfast: 'test',
  snapshot: { id: 'test', time: '2026-11-22T00:00:00.000Z', operationId: 'test' },
  source: { id: 'test', name: 'test', kind: 'postgres', environment: 'test' },
  parts: [],
  counts: {},
  versions: {},
  warnings: [],
  details: {
    serverVersion: 170000,
    serverVersionText: '17.0',
    superuser: true,
    ...(preloadLibraries === undefined ? {} : { preloadLibraries }),
    databases: [],
    skippedDatabases: [],
    roles: { attachment: 'globals.sql', passwords: true },
  },
});

const rehearse = (sketch: ContainerSketch, libraries?: string) =>
  rehearsePostgres(containerDetails(sketch), manifest(libraries));

describe('the throwaway of a PostgreSQL server', () => {
  it('has none of the original passwords, in none of their forms', () => {
    const { environment } = rehearse({
      environment: {
        POSTGRES_PASSWORD_FILE: '/run/secrets/pw',
        POSTGRESQL_PASSWORD: 'real',
        POSTGRES_USER: 'shop',
      },
    });
    expect(environment).toMatchObject({ POSTGRES_HOST_AUTH_METHOD: 'trust', POSTGRES_PASSWORD_FILE: '' });
    expect(environment.POSTGRES_PASSWORD).toMatch(/^\S{20,}$/);
    expect(environment.POSTGRESQL_PASSWORD).toBe(environment.POSTGRES_PASSWORD);
    // Roles of the snapshot are granted by this one.
    expect(environment).not.toHaveProperty('POSTGRES_USER');
  });

  it('has its data where the original has it; below, when its user may not own that place', () => {
    const PGDATA = '/var/lib/postgresql/18/docker';
    expect(rehearse({ environment: { PGDATA } })).toMatchObject({ dataPaths: [PGDATA] });
    expect(rehearse({ user: 'root:root' }).environment).not.toHaveProperty('PGDATA');
    const rootless = rehearse({ user: '1000', environment: { PGDATA } });
    expect(rootless).toMatchObject({ dataPaths: [PGDATA], environment: { PGDATA: `${PGDATA}/drill` } });
    expect(rehearse({}).dataPaths).toEqual(['/var/lib/postgresql/data']);
  });

  it.each([
    [
      ['docker-entrypoint.sh', 'postgres'],
      'a,b',
      ['docker-entrypoint.sh', 'postgres', '-c', 'shared_preload_libraries=a,b'],
    ],
    [['docker-entrypoint.sh', 'postgres'], '', undefined],
    [['docker-entrypoint.sh', 'postgres', '-c', 'shared_preload_libraries=a'], 'a', undefined],
    [['docker-entrypoint.sh', 'postgres', '-c', 'config_file=/etc/pg.conf'], 'a', undefined],
    [['sh', '-c', 'exec docker-entrypoint.sh postgres'], 'a', undefined],
    [[], 'a', undefined],
  ])('preloads what the cluster of the original preloads: %j with "%s"', (command, libraries, expected) => {
    expect(rehearse({ command }, libraries).command).toEqual(expected);
  });

  it('is found by the conventions of its image, not by labels that name roles which it has not yet', () => {
    const labels = { 'holdfast.postgres.user': 'backup' };
    const locator = rehearse({ labels }).locator(
      containerDetails({ id: 'new', name: 'throwaway', labels: {} }),
    );
    expect(locator).toEqual({ container: { id: 'new', name: 'throwaway' } });
  });
});
