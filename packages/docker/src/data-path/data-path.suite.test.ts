import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Secret } from '@holdfast/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContainerCommand, type DataPath, dataPaths } from '../docker-host.ts';
import { createDockerHost } from '../engine-client.ts';
import { type LabContainer, labDockerHost, startLabContainer } from '../testing/index.ts';
import { chooseRunner } from './choose-runner.ts';

const instance = `test-${randomUUID()}`;
const docker = createDockerHost({ host: labDockerHost(), instance });
let server: LabContainer;
let folder: string;

beforeAll(async () => {
  server = await startLabContainer({ Image: 'postgres:17', Env: ['POSTGRES_PASSWORD=irrelevant'] });
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-data-path-'));
  // The entrypoint becomes the server (and its user) only after the cluster was made.
  for (;;) {
    const { exitCode } = await docker.exec(server.id, { command: ['pg_isready', '-h', '127.0.0.1'] });
    if (exitCode === 0) break;
  }
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function runToFile(dataPath: DataPath, command: Omit<ContainerCommand, 'output'>) {
  const runner = await chooseRunner(docker, await docker.inspect(server.id), dataPath);
  const file = path.join(folder, randomUUID());
  const handle = await open(file, 'w');
  try {
    const result = await runner.run({ ...command, output: { descriptor: handle.fd } });
    return { ...result, output: await readFile(file) };
  } finally {
    // The exec path takes over the descriptor as a socket and closes it.
    await handle.close().catch(() => {});
    await rm(file);
  }
}

describe.each(dataPaths)('the data path %s', (dataPath) => {
  it('delivers every byte, and the exit code with it', async () => {
    const megabytes = 24;
    const { exitCode, output } = await runToFile(dataPath, {
      command: ['dd', 'if=/dev/zero', 'bs=1M', `count=${megabytes}`, 'status=none'],
    });
    expect(exitCode).toBe(0);
    expect(output.length).toBe(megabytes * 1024 * 1024);
  });

  it('reports the exit code and the last words of a command that fails', async () => {
    const result = await runToFile(dataPath, { command: ['sh', '-c', 'echo partial; echo why >&2; exit 7'] });
    expect(result.exitCode).toBe(7);
    expect(result.stderr.trim()).toBe('why');
    expect(result.output.toString()).toBe('partial\n');
  });

  it('hands over odd values of variables whole, and keeps a secret out of its words', async () => {
    const value = `it's "$(id)" \\ line\nbreak é`;
    const secret = new Secret('correct horse battery');
    const result = await runToFile(dataPath, {
      command: ['sh', '-c', 'printf %s "$ODD"; printf %s "$PGPASSWORD" >&2'],
      environment: { ODD: value, PGPASSWORD: secret },
    });
    expect(result.output.toString()).toBe(value);
    expect(result.stderr).toBe('[redacted]');
  });

  it('never gives an argument to a shell', async () => {
    const hostile = `-n $(touch /tmp/owned) '; exit 3; "\n`;
    const result = await runToFile(dataPath, { command: ['printf', '%s', hostile] });
    expect(result.output.toString()).toBe(hostile);
  });

  it('says that a program is missing', async () => {
    const runner = await chooseRunner(docker, await docker.inspect(server.id), dataPath);
    await expect(runner.run({ command: ['no-such-program'] })).rejects.toMatchObject({
      code: 'container-command-missing',
    });
  });

  it('feeds input and captures output', async () => {
    const runner = await chooseRunner(docker, await docker.inspect(server.id), dataPath);
    const input = Buffer.alloc(3 * 1024 * 1024, 'abcdefg');
    const result = await runner.run({ command: ['sha256sum'], input: { readable: Readable.from([input]) } });
    expect(result.stdout.toString()).toContain(createHash('sha256').update(input).digest('hex'));
  });

  it('ends a command that is cancelled', async () => {
    const runner = await chooseRunner(docker, await docker.inspect(server.id), dataPath);
    const controller = new AbortController();
    const marker = `${600 + Math.floor(Math.random() * 1_000_000)}`;
    const running = runner.run({ command: ['sleep', marker], signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the direct data path', () => {
  it('gives the program no capability and no way to gain one', async () => {
    const { output } = await runToFile('direct', {
      command: ['grep', '-E', '^(CapEff|CapPrm|NoNewPrivs|Uid)', '/proc/self/status'],
    });
    const lines = output.toString();
    expect(lines).toMatch(/CapEff:\s+0{16}\n/);
    expect(lines).toMatch(/CapPrm:\s+0{16}\n/);
    expect(lines).toMatch(/NoNewPrivs:\s+1\n/);
    expect(lines).not.toMatch(/Uid:\s+0\b/);
  });

  it('starts inside the root of the container', async () => {
    const { output } = await runToFile('direct', {
      command: ['sh', '-c', 'pwd -P; ls -d /var/lib/postgresql'],
    });
    expect(output.toString()).toContain('/var/lib/postgresql\n');
  });
});

describe('helper containers', () => {
  it('leave no volume behind that their image asks for', async () => {
    const { output } = await runToFile('helper', { command: ['cat', '/proc/self/mountinfo'] });
    const volume = /\/volumes\/([0-9a-f]{64})\/_data/.exec(output.toString())?.[1] ?? '';
    expect(volume).not.toBe('');
    expect(await docker.resources.volume(volume)).toBeUndefined();
  });

  it('leave no container behind', async () => {
    await runToFile('helper', { command: ['true'] });
    expect(await docker.helpers.purge()).toBe(0);
  });
});
