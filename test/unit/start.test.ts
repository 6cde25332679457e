import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Tells of every package that is loaded, and of those that a file of ours asked for. */
const listing = `
import { registerHooks } from 'node:module';
const all = new Set();
const direct = new Set();
const packageOf = (url) => /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1];
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const name = packageOf(found.url) ?? /\\/((?:apps|packages)\\/[^/]+)\\//.exec(found.url)?.[1];
    if (name !== undefined) all.add(name);
    if (name !== undefined && packageOf(context.parentURL ?? '') === undefined) direct.add(name);
    return found;
  },
});
process.on('exit', () => {
  if (process.moduleLoadList.some((name) => name.includes('undici'))) all.add('undici');
  process.stderr.write('LOADED ' + JSON.stringify({ all: [...all], direct: [...direct].sort() }));
});
`;

interface Loaded {
  readonly all: string[];
  readonly direct: string[];
}

async function loadedBy(folder: string, ...args: string[]): Promise<Loaded> {
  const hook = path.join(folder, 'listing.mjs');
  await writeFile(hook, listing);
  const main = path.join(import.meta.dirname, '..', '..', 'bin', 'main.js');
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', hook, main, ...args], {
    env: { HOLDFAST_DATA_DIR: folder, DOCKER_HOST: `unix://${folder}/no-engine.sock` },
  });
  return JSON.parse(stderr.slice(stderr.indexOf('LOADED ') + 'LOADED '.length)) as Loaded;
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-start-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a command loads little but the client, where a server runs', async () => {
  const { all, direct } = await inFolder(async (folder) => {
    await writeFile(path.join(folder, 'holdfast.token'), 'token');
    const server = createServer((_request, response) => response.end('{"items":[],"warnings":[]}'));
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'holdfast.sock'), resolve));
    try {
      return await loadedBy(folder, 'sources', '--json');
    } finally {
      server.close();
    }
  });
  expect(direct).toEqual([
    'apps/cli',
    // Where its socket is.
    'apps/server',
    'cli-table3',
    'commander',
    'packages/contracts',
    'zod',
  ]);
  expect(all).not.toContain('undici');
});

test('a command without a server loads of it what every command needs', { timeout: 30_000 }, async () => {
  const { all, direct } = await inFolder((folder) => loadedBy(folder, 'sources', '--json'));
  expect(direct.filter((name) => !name.includes('apps/') && !name.includes('packages/'))).toEqual([
    '@fastify/cookie',
    '@fastify/helmet',
    '@noble/ciphers',
    'better-sqlite3',
    'cli-table3',
    'commander',
    'croner',
    'cronstrue',
    'fastify',
    'fastify-type-provider-zod',
    'kysely',
    'picomatch',
    'pino',
    'tar-stream',
    'uuidv7',
    'zod',
  ]);
  // Fastify's own compilers, which ours replace, and what an import of node:http loads.
  expect(all).not.toContain('ajv');
  expect(all).not.toContain('undici');
});
