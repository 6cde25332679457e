import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configurationJsonSchema } from '@holdfast/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from '../testing/test-host.ts';

const change = {
  noun: 'plan',
  name: 'nightly',
  action: 'update',
  fields: [
    { path: ['retention', 'daily'], before: 30, after: 7 },
    { path: ['secrets', 'password'], secret: true },
  ],
};
const routes = (changes: readonly object[], problems: readonly object[] = []) => ({
  'POST /v1/configuration/diff': { body: { changes, problems } },
  'POST /v1/configuration/apply': { body: { changes } },
  'GET /v1/configuration': { body: { version: 1, plans: { nightly: { timeZone: 'UTC' } } } },
});
const valid = 'version: 1\nplans:\n  nightly:\n    retention: { daily: 7 }\n';
const diff = (input: string, ...more: string[]) =>
  runCommand(['diff', '-f', '-', ...more], { input, routes: routes([]) });

describe('holdfast diff', () => {
  it('exits with 0 where nothing differs, and with 7 where something does', async () => {
    expect(await diff(valid)).toMatchObject({ exitCode: 0, stdout: 'Nothing differs.\n' });
    const run = await runCommand(['diff', '-f', '-', '--prune'], { input: valid, routes: routes([change]) });
    expect(run.exitCode).toBe(7);
    expect(run.stdout).toBe(
      '~ plan nightly\n    retention.daily: 30 -> 7\n    secrets.password: (a secret, changed)\n1 to change. Apply with: holdfast apply -f - --prune\n',
    );
    expect(run.received[0]?.body).toMatchObject({ prune: true, document: { version: 1 } });
  });

  it.each([
    ['a key twice', 'version: 1\nplans: {}\nplans: {}\n', ':3:1: Map keys must be unique'],
    ['a wrong type', 'version: 1\nplans:\n  a:\n    jitterSeconds: soon\n', ':4:20: plans.a.jitterSeconds'],
    [
      'an unknown key',
      'version: 1\nplans:\n  a:\n    selector:\n      source: [x]\n',
      ':5:15: plans.a.selector.source: is not known here',
    ],
    ['a name that is none', 'version: 1\nplans:\n  ../a: {}\n', ':3:9: plans.../a: is no name'],
    ['another version', 'version: 2\n', ':1:10: version'],
    ['no YAML', 'version: [1\n', ':2:1: '],
    ['nothing', '', ':1:1: the document'],
    ['two documents', 'version: 1\n---\nversion: 1\n', ':2:1: '],
    ['a tag', 'version: !!js/function "x"\n', ':1:10: '],
  ])('says where there is %s', async (_, text, words) => {
    const run = await diff(text);
    expect(run.stderr).toContain('Error [configuration-invalid]: standard input');
    expect(run.stderr).toContain(words);
    expect(run.exitCode).toBe(2);
    expect(run.received).toEqual([]);
  });

  it('takes what the guide shows', async () => {
    const guide = path.join(import.meta.dirname, '../../../../docs/guides/configuration-as-code.md');
    const [, shown = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(readFileSync(guide, 'utf8')) ?? [];
    expect(await diff(shown)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('refuses what would fill the memory', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, index) => {
        const inner = `*${'abcdefgh'[index]}`;
        return `${name}: &${name} [${Array.from({ length: 9 }, () => inner).join(',')}]`;
      }),
    ].join('\n');
    expect((await diff(bomb)).stderr).toMatch(/Excessive alias count/);
    expect((await diff(`version: 1\n${'# long\n'.repeat(100_000)}`)).stderr).toMatch(/more than 512 KiB/);
    expect((await diff(`version: ${'['.repeat(20_000)}`)).exitCode).not.toBe(0);
  });

  it('says where stands what the server does not accept', async () => {
    const problems = [{ path: ['plans', 'nightly', 'retention'], message: 'is not enough.' }];
    const run = await runCommand(['diff', '-f', '-'], { input: valid, routes: routes([], problems) });
    expect(run.stderr).toContain('standard input:4:16: plans.nightly.retention: is not enough.');
    expect(run.exitCode).toBe(2);
  });
});

describe('holdfast apply', () => {
  it('asks, and changes nothing where there is nobody to ask', async () => {
    const run = await runCommand(['apply', '-f', '-'], { input: valid, routes: routes([change]) });
    expect(run.exitCode).toBe(5);
    expect(run.received.map((one) => one.path)).toEqual(['/v1/configuration/diff']);
  });

  it('applies a file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-configuration-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'holdfast.yaml');
    writeFileSync(file, valid);
    const run = await runCommand(['apply', '-f', file, '--yes', '--json'], { routes: routes([change]) });
    expect(JSON.parse(run.stdout)).toMatchObject({ changes: [change], applied: true });
    expect(run.exitCode).toBe(0);
    expect(run.received[1]?.body).toMatchObject({ prune: false, force: false, dryRun: false });
  });
});

describe('holdfast export', () => {
  it('prints YAML that apply takes, with where its schema is', async () => {
    const { stdout, exitCode } = await runCommand(['export'], { routes: routes([]) });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# yaml-language-server: \$schema=/);
    expect(parse(stdout)).toEqual({ version: 1, plans: { nightly: { timeZone: 'UTC' } } });
    expect((await diff(stdout)).exitCode).toBe(0);
  });

  it('prints the schema that lies in the documents', async () => {
    const { stdout } = await runCommand(['export', '--schema']);
    expect(JSON.parse(stdout)).toEqual(configurationJsonSchema());
    const committed = path.join(import.meta.dirname, '../../../../docs/holdfast.schema.json');
    // To write it anew: holdfast export --schema > docs/holdfast.schema.json
    expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(stdout));
  });
});
