import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  link,
  lutimes,
  mkdir,
  readFile,
  readlink,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { walk } from '../walk.ts';

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

/** All that has to come back of a tree, as one comparable value. */
export interface Tree {
  readonly log?: string;
  readonly entries: Readonly<Record<string, unknown>>;
  readonly attributes: unknown;
}

export async function readTree(root: string): Promise<Tree> {
  const found: { readonly name: string; readonly file: Buffer; readonly stat: BigIntStats }[] = [];
  const failOn = ({ code }: { code: string }) => {
    throw new Error(code);
  };
  walk(
    root,
    ({ file }) => {
      const name = file.subarray(Buffer.byteLength(root) + 1).toString('latin1');
      found.push({ name, file, stat: lstatSync(file, { bigint: true }) });
    },
    failOn,
  );
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
  return { entries, attributes: attributesOf(root), ...(log === undefined ? {} : { log }) };
}

/** Gives a tree of `makeTree` extended attributes, which Node.js has no calls for. */
export function addAttributes(root: string): void {
  execFileSync('python3', ['-c', setAttributes, root]);
}

const setAttributes = `
import os, sys
os.setxattr(sys.argv[1] + '/plain', 'user.holdfast', b'a value')
os.setxattr(sys.argv[1] + '/folder', 'user.holdfast', bytes(range(256)))`;

const listAttributes = `
import json, os, sys
found = {}
for folder, folders, files in os.walk(os.fsencode(sys.argv[1])):
    for name in folders + files:
        path = os.path.join(folder, name)
        if os.path.islink(path): continue
        held = {key: os.getxattr(path, key).hex() for key in os.listxattr(path)}
        if held: found[path[len(sys.argv[1].encode()) + 1:].decode('latin1')] = held
print(json.dumps(found))`;

function attributesOf(root: string): unknown {
  return JSON.parse(execFileSync('python3', ['-c', listAttributes, root], { encoding: 'utf8' }));
}

/** Appends whole lines to a file. */
export async function startWriter(file: string): Promise<{ stop(): Promise<void> }> {
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
