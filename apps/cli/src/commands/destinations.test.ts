import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../testing/contract-server.ts';
import { runCommand } from '../testing/test-host.ts';

const destination = {
  id: randomUUID(),
  name: 'offsite',
  kind: 's3',
  location: 'https://s3.example.com/backups',
  isDefault: true,
  snapshots: 3,
  bytesStored: 2048,
};
const probe = {
  ok: true,
  steps: [
    { step: 'connect', ok: true, durationMs: 12 },
    { step: 'write', ok: true, durationMs: 30 },
  ],
  warnings: ['It is on the same disk as the data.'],
};
const added = { 'POST /v1/destinations': { status: 201, body: { destination, probe } } };
const add = [
  'destinations',
  'add',
  'offsite',
  '--kind',
  's3',
  '--set',
  'bucket=backups',
  '--set',
  'note=a=b',
];

describe('holdfast destinations', () => {
  it('lists them, plain or as an array', async () => {
    const routes = { 'GET /v1/destinations': { body: { items: [destination] } } };
    const human = await runCommand(['destinations'], { routes });
    expect(human.stdout).toMatch(
      /offsite \(default\) +s3 +https:\/\/s3\.example\.com\/backups +3 +2 KiB +never/,
    );
    const json = await runCommand(['destinations', 'list', '--json'], { routes });
    expect(JSON.parse(json.stdout)).toEqual([destination]);
  });

  it('adds one, with the secret from standard input, and prints the steps of the probe', async () => {
    const run = await runCommand([...add, '--default', '--secret-stdin', 'secretKey'], {
      routes: added,
      input: 's3cret\n',
    });
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.body).toEqual({
      name: 'offsite',
      kind: 's3',
      settings: { bucket: 'backups', note: 'a=b', secretKey: 's3cret' },
      makeDefault: true,
      force: false,
    });
    expect(run.stdout).toContain('connect: ok in 12 ms');
    expect(run.stderr).toContain('same disk');
  });

  it('reads secrets from files and variables', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
    try {
      writeFileSync(path.join(folder, 'a=b'), 'from file\n');
      const run = await runCommand(
        [...add, '--secret-file', `secretKey=${folder}/a=b`, '--secret-env', 'sessionToken=TOKEN'],
        { routes: added, environment: { TOKEN: 'from variable' } },
      );
      expect(run.received[0]?.body).toMatchObject({
        settings: { secretKey: 'from file', sessionToken: 'from variable' },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['a secret on the command line', ['--set', 'secretKey=abc'], 'is a secret'],
    ['a setting without a value', ['--set', 'bucket'], 'NAME=VALUE'],
    ['a setting given twice', ['--set', 'bucket=other'], 'given twice'],
    ['an unset variable', ['--secret-env', 'secretKey=NOT_SET'], 'NOT_SET is not set'],
    ['an unreadable file', ['--secret-file', 'secretKey=/nonexistent'], 'cannot be read'],
    ['a prompt without a terminal', ['--secret-prompt', 'secretKey'], 'no terminal'],
  ])('refuses %s', async (_, argv, words) => {
    const run = await runCommand([...add, ...argv], { routes: added });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toContain('abc');
    expect(run.received).toEqual([]);
  });

  it('gives the words of the probe when the server refuses to add it', async () => {
    const body = problem('destination-bucket-missing', 'The bucket backups does not exist.');
    const run = await runCommand(add, { routes: { 'POST /v1/destinations': { status: 422, body } } });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('Error [destination-bucket-missing]: The bucket backups does not exist.');
  });

  it('tests one', async () => {
    const error = { code: 'destination-unreachable', detail: 'No answer.', hint: 'Check the endpoint.' };
    const failed = { ...probe, ok: false, steps: [{ step: 'connect', ok: false, durationMs: 5 }], error };
    const routes = { 'POST /v1/destinations/offsite/probe': { body: failed } };
    const human = await runCommand(['destinations', 'test', 'offsite'], { routes });
    expect(human.exitCode).toBe(1);
    expect(human.stdout).toContain('connect: failed');
    expect(human.stderr).toContain('Error [destination-unreachable]: No answer.');
    const json = await runCommand(['destinations', 'test', 'offsite', '--json'], { routes });
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual(failed);
  });

  it('removes one, with --yes even if it holds snapshots', async () => {
    const routes = { 'DELETE /v1/destinations/offsite': { status: 204 } };
    const run = await runCommand(['destinations', 'remove', 'offsite', '--yes'], { routes });
    expect(run.exitCode).toBe(0);
    expect(run.received[0]?.path).toBe('/v1/destinations/offsite?force=true');
  });
});
