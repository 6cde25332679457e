import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  link,
  lutimes,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveSource, SourceHarness } from '../../testing/source-harness.ts';
import { directorySource } from '../directory-source.ts';
import type { DirectoryLocator } from '../locator.ts';
import { walk } from '../walk.ts';

/** A folder with every kind of entry and with names that break careless programs. */
export function directoryHarness(folderName: string): SourceHarness<DirectoryLocator> {
  return {
    kind: directorySource,
    async create(): Promise<LiveSource<DirectoryLocator>> {
      const parent = await mkdtemp(path.join(tmpdir(), 'holdfast-suite-directory-'));
      const root = path.join(parent, folderName);
      const newName = path.join(parent, 'a new place', folderName);
      await makeTree(root);
      return {
        locator: { path: root },
        read: () => readTree(root),
        async mutate() {
          await rm(path.join(root, 'folder'), { recursive: true });
          await writeFile(path.join(root, 'plain'), 'changed');
          await writeFile(path.join(root, 'new'), 'must be gone after a restore');
          await chmod(root, 0o700);
        },
        lose: () => rm(root, { recursive: true }),
        async breakCapture() {
          await rm(root, { recursive: true });
          await writeFile(root, 'a file now');
        },
        startWriter: () => startWriter(path.join(root, 'log')),
        assertConsistent(content) {
          // A folder promises whole files, each as of when it was read; not one instant for all of them.
          const log = (content as Tree).log ?? '';
          if (!/^(line\n)+$/.test(log))
            throw new Error(`the log holds half a write: ${JSON.stringify(log.slice(-20))}`);
        },
        beside: { newName, read: () => readTree(newName) },
        leftovers: async () => (await readdir(parent)).filter((name) => name.includes('.holdfast-')),
        dispose: () => rm(parent, { recursive: true, force: true }),
      };
    },
  };
}

export const oddNames = [
  '-rf',
  ' ',
  '$(touch x)',
  '"',
  "'",
  'new\nline',
  'ünïcödé',
  '\\',
  '*',
  '\x7f\x01',
  '.hidden',
];
const notText = Buffer.from([0x61, 0xff, 0xfe, 0x80]);

export async function makeTree(root: string): Promise<void> {
  const at = (...names: string[]) => path.join(root, ...names);
  await mkdir(at('folder', 'deeper', 'empty'), { recursive: true });
  await writeFile(at('plain'), 'plain');
  await writeFile(at('empty file'), '');
  for (const name of oddNames) await writeFile(at('folder', name), `content of ${name}`);
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), notText]), 'a name that is not UTF-8');
  await writeFile(at('one'), 'one file, two names');
  await link(at('one'), at('folder', 'two'));
  await writeFile(at('sparse'), 'x');
  await truncate(at('sparse'), 20_000_000);
  await symlink('plain', at('link'));
  await symlink('/nowhere/at all', at('folder', 'dangling'));
  await writeFile(at('CACHEDIR.TAG'), 'Signature: 8a477f597d28d172789f06886806bc55');
  execFileSync('mkfifo', [at('pipe')]);
  await writeFile(at('program'), '#!/bin/sh', { mode: 0o755 });
  if (process.getuid?.() === 0) await chown(at('program'), 1234, 5678);
  await chmod(at('program'), 0o4750);
  await utimes(at('plain'), 1_000_000_000, 1_000_000_000.5);
  await lutimes(at('link'), 1_000_000_000, 1_000_000_000);
  await utimes(at('folder'), 1_100_000_000, 1_100_000_000);
  await chmod(root, 0o751);
}

interface Tree {
  readonly log?: string;
  readonly entries: Readonly<Record<string, unknown>>;
}

async function readTree(root: string): Promise<Tree> {
  const found: { readonly name: string; readonly file: Buffer; readonly stat: BigIntStats }[] = [];
  const failOn = ({ code }: { code: string }) => {
    throw new Error(code);
  };
  for (const { path, stat } of walk(root, failOn)) {
    found.push({ name: path.toString('latin1'), file: Buffer.concat([Buffer.from(`${root}/`), path]), stat });
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  const firstNames = new Map<bigint, string>();
  const entries: Record<string, unknown> = { '.': (await stat(root)).mode };
  for (const { name, file, stat } of found) {
    if (!firstNames.has(stat.ino)) firstNames.set(stat.ino, name);
    entries[name] = {
      mode: stat.mode.toString(8),
      owner: `${stat.uid}:${stat.gid}`,
      modified: stat.mtimeNs,
      sameFileAs: firstNames.get(stat.ino),
      ...(stat.isFile()
        ? {
            content: createHash('sha256')
              .update(await readFile(file))
              .digest('hex'),
          }
        : {}),
      ...(stat.isSymbolicLink() ? { target: await readlink(file) } : {}),
    };
  }
  const log = await readFile(path.join(root, 'log'), 'utf8').catch(() => undefined);
  return { entries, ...(log === undefined ? {} : { log }) };
}

async function startWriter(file: string): Promise<{ stop(): Promise<void> }> {
  await appendFile(file, 'line\n');
  const stopping = new AbortController();
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      await appendFile(file, 'line\n');
      await sleep(1);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
