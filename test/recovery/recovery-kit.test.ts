import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshHoldfast, type Holdfast } from '../support/holdfast.ts';
import { teamKey } from '../support/stock-restic.ts';

/** The recovery kit that a person printed: its commands work with stock restic, and nothing of Holdfast. */

const sources = ['plain', "it's $(odd)".replaceAll(/[^\w]/g, '-')];
let folder: string;
let holdfast: Holdfast;
let key: string;

beforeAll(async () => {
  // A hostile place: the commands have to be quoted.
  folder = await mkdtemp(path.join(tmpdir(), "holdfast kit's $(x) <b>-"));
  holdfast = await freshHoldfast('no-container-has-this-name');
  const storage = path.join(folder, 'storage');
  await succeed('destinations', 'add', 'disk', '--default', '--kind', 'local', '--set', `path=${storage}`);
  for (const name of sources) {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'file'), `content of ${name}`);
    await succeed('sources', 'add', 'directory', path.join(folder, name), '--name', name);
  }
  await succeed('backup', ...sources);
  key = await teamKey(holdfast);
});
afterAll(async () => {
  await holdfast?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function succeed(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await holdfast.run(...args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** Pastes lines into a shell that stops at the first that fails. */
async function paste(script: string, inFolder: string): Promise<void> {
  const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const child = spawn('sh', ['-e'], { cwd: inFolder, env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(script);
  const [, stderr, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ]);
  expect(code, stderr.toString()).toBe(0);
}

async function expectRestored(inFolder: string): Promise<void> {
  for (const name of sources) {
    const restored = path.join(inFolder, 'restored', name, 'file');
    expect(await readFile(restored, 'utf8')).toBe(`content of ${name}`);
  }
}

test('the text is a script whose every command works', async () => {
  const text = await succeed('key', 'show-kit', '--text');
  expect(text.match(/^restic .*/gm)).toHaveLength(3 * sources.length);
  const target = await mkdtemp(path.join(folder, 'text-'));
  await paste(text, target);
  await expectRestored(target);
});

test('the page is for its owner only, whole in itself, and its every command works', async () => {
  const file = path.join(folder, 'kit.html');
  await succeed('key', 'show-kit', '--html', file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const page = await readFile(file, 'utf8');
  expect(page).toContain(key);
  expect(page).not.toMatch(/<script|src=|href=|url\(|<b>-/i);
  const blocks = [...page.matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, block = '']) => unescape(block));
  expect(blocks).toHaveLength(sources.length);
  const target = await mkdtemp(path.join(folder, 'page-'));
  await paste(`export RESTIC_PASSWORD='${key}'\n${blocks.join('\n')}\n`, target);
  await expectRestored(target);
  // What is there is not replaced: it could be readable by others.
  expect((await holdfast.run('key', 'show-kit', '--html', file)).exitCode).toBe(2);
});

test('without the key, it is nowhere', async () => {
  const file = path.join(folder, 'without.html');
  const text = await succeed('key', 'show-kit', '--text', '--without-key');
  await succeed('key', 'show-kit', '--html', file, '--without-key');
  expect(text + (await readFile(file, 'utf8'))).not.toContain(key);
  expect(text).toContain('export RESTIC_PASSWORD=\n');
});

function unescape(html: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '');
}
