import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost, startLabContainer } from '@holdfast/docker/testing';
import { asHoldfastError } from '@holdfast/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testContext } from '../testing/context.ts';
import {
  failOnLeakedContainers,
  type PostgresContainer,
  startPostgres,
  testRunLabels,
} from '../testing/index.ts';
import { capturePostgres } from './capture.ts';
import { connectServer } from './connect.ts';
import { detectPostgres } from './detect.ts';
import type { ConnectionSettings } from './locator.ts';

failOnLeakedContainers();

const locatorOf = (server: { id: string; name: string }, settings?: ConnectionSettings) => ({
  container: { id: server.id, name: server.name },
  ...(settings === undefined ? {} : { settings }),
});
const connect = (server: PostgresContainer, settings?: ConnectionSettings) =>
  connectServer(locatorOf(server, settings), testContext({ docker: server.host }));

const passwordEverywhere = { POSTGRES_INITDB_ARGS: '--auth-local=scram-sha-256 --auth-host=scram-sha-256' };
const password = `it's "$(id)" \\ a password`;

function secretFile(content: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'password'), content);
  // The user of the server reads it, too, as from a real secret.
  chmodSync(folder, 0o755);
  return folder;
}

describe('credentials', () => {
  it('are the variables of the container, where the server asks for a password', async () => {
    await using server = await startPostgres({
      environment: { ...passwordEverywhere, POSTGRES_PASSWORD: password },
    });
    expect(await connect(server)).toMatchObject({ superuser: true, server: { user: 'postgres' } });
  });

  it('are in the file that _FILE names', async () => {
    const folder = secretFile(`${password}\n`);
    await using server = await startPostgres({
      environment: { ...passwordEverywhere, POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
      hostConfig: { Binds: [`${folder}:/run/secrets:ro`] },
    });
    const { server: connected } = await connect(server);
    expect(connected.password?.reveal()).toBe(password);
  });

  it('are refused with an error of their own when they are wrong, which does not show them', async () => {
    await using server = await startPostgres({
      environment: { ...passwordEverywhere, POSTGRES_PASSWORD: password },
    });
    await server.sql(`ALTER ROLE postgres PASSWORD 'changed later'`);
    const failure = await connect(server).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'credentials-rejected' });
    expect(String(failure)).toMatch(/password authentication failed/);
    expect(JSON.stringify(failure) + String(failure)).not.toContain(password);
  });

  it('are missed with an error that says what was looked for; a setting or a label names others', async () => {
    const environment = { ...passwordEverywhere, POSTGRES_PASSWORD: 'first', APP_DB_SECRET: 'the real one' };
    await using server = await startPostgres({
      environment: { ...environment, POSTGRES_HOST_AUTH_METHOD: 'scram-sha-256' },
    });
    await server.sql(`ALTER ROLE postgres PASSWORD 'the real one'`);
    const details = await server.details();
    const withoutNames = {
      ...server.host,
      inspect: () =>
        Promise.resolve({
          ...details,
          environment: new Map([...details.environment].filter(([name]) => name !== 'POSTGRES_PASSWORD')),
        }),
    };
    const context = testContext({ docker: withoutNames });
    await expect(connectServer(locatorOf(server), context)).rejects.toMatchObject({
      code: 'credentials-missing',
      message: expect.stringMatching(/POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB.*_FILE/),
      hint: expect.stringContaining('holdfast.postgres.password-env'),
    });
    const settings = { passwordEnv: 'APP_DB_SECRET' };
    expect(await connectServer(locatorOf(server, settings), context)).toMatchObject({ superuser: true });
  });

  it('are not needed where the socket lets everybody in', async () => {
    await using server = await startPostgres({ environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' } });
    expect((await connect(server)).server.password).toBeUndefined();
  });
});

it('uses TCP on the loopback address where the socket is elsewhere', async () => {
  await using server = await startPostgres({ command: ['-c', 'unix_socket_directories='] });
  expect((await connect(server)).server.host).toBe('127.0.0.1');
});

it('is not led elsewhere by what the container has for its own programs', async () => {
  await using server = await startPostgres({
    environment: {
      POSTGRES_PASSWORD: 'irrelevant',
      PGHOST: '192.0.2.1',
      PGDATABASE: 'elsewhere',
      PGUSER: 'nobody',
      PGOPTIONS: '-c statement_timeout=1',
    },
  });
  expect((await connect(server)).version).toBeGreaterThan(150_000);
});

describe('a container that is not running', () => {
  it.each([
    ['paused', 'is paused', (server: PostgresContainer) => server.container.pause()],
    ['stopped', 'is stopped', (server: PostgresContainer) => server.container.kill()],
  ])('because it is %s is an error that says so', async (_, words, act) => {
    await using server = await startPostgres();
    await act(server);
    const capturing = capturePostgres(locatorOf(server), testContext({ docker: server.host }));
    await expect(capturing).rejects.toMatchObject({
      code: 'container-not-running',
      message: expect.stringContaining(words),
    });
    expect(detectPostgres(await server.details())?.problem).toContain(words);
  });

  it('because it was removed is an error that says so', async () => {
    const server = await startPostgres();
    await server.remove();
    const capturing = capturePostgres(locatorOf(server), testContext({ docker: server.host }));
    await expect(capturing).rejects.toMatchObject({ code: 'container-not-found' });
  });

  it('because it starts again and again is an error that says so', async () => {
    await using broken = await startLabContainer({
      Image: 'postgres:15',
      Labels: { ...testRunLabels },
      HostConfig: { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
    });
    const host = createDockerHost({ host: labDockerHost() });
    // It runs for a moment now and then; the engine waits longer each time.
    const outcome = () =>
      capturePostgres(locatorOf(broken), testContext({ docker: host })).then(
        () => 'captured',
        (error: unknown) => asHoldfastError(error).code,
      );
    await expect.poll(outcome, { timeout: 60_000, interval: 500 }).toBe('container-not-running');
  });

  it('is found again by its name when it was made anew', async () => {
    await using server = await startPostgres();
    const locator = { container: { id: 'f'.repeat(64), name: server.name } };
    expect((await connectServer(locator, testContext({ docker: server.host }))).container?.details.id).toBe(
      server.id,
    );
  });
});
