import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createResticEngine } from './restic-engine.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-version-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A program that answers as restic would. */
async function program(answer: string): Promise<string> {
  const file = path.join(folder, 'restic');
  await writeFile(file, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`);
  await chmod(file, 0o755);
  return file;
}

describe('the restic that is used', () => {
  test('the one on the PATH says its version and place', async () => {
    const found = await createResticEngine().describe();
    expect(path.isAbsolute(found.path)).toBe(true);
    expect(found.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test.each([
    'restic 0.14.0 compiled with go1.19.8 on linux/amd64',
    '{"message_type":"version","version":"0.17.3"}',
    'something else',
    '',
  ])('%j will not do', async (answer) => {
    const engine = createResticEngine({ binary: await program(answer) });
    await expect(engine.version()).rejects.toMatchObject({ code: 'engine-missing' });
  });

  test.each(['restic 0.18.0-dev compiled with go1.24', '{"version":"0.19.1"}', '{"version":"1.0.0"}'])(
    '%j will do',
    async (answer) => {
      expect(await createResticEngine({ binary: await program(answer) }).version()).toMatch(/^\d/);
    },
  );

  test('none at all', async () => {
    for (const binary of ['holdfast-no-such-restic', path.join(folder, 'none')]) {
      await expect(createResticEngine({ binary }).version()).rejects.toMatchObject({
        code: 'engine-missing',
      });
    }
  });

  test('one that set-up installed is compared with what set-up wrote down', async () => {
    const binary = await program('{"version":"0.19.1"}');
    const sha256 = createHash('sha256')
      .update(await readFile(binary))
      .digest('hex');
    const manifestFile = path.join(folder, 'manifest.json');
    const engine = createResticEngine({ binary, manifestFile });
    await writeFile(manifestFile, JSON.stringify({ version: '0.19.1', origin: 'official release', sha256 }));
    expect(await engine.describe()).toMatchObject({ origin: 'official release', path: binary });
    await writeFile(manifestFile, JSON.stringify({ version: '0.19.1', sha256: '0'.repeat(64) }));
    await expect(engine.describe()).rejects.toMatchObject({ code: 'engine-missing' });
    await writeFile(manifestFile, 'not JSON');
    await expect(engine.describe()).rejects.toMatchObject({ code: 'engine-missing' });
  });
});
