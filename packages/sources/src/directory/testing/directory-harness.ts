import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addAttributes, makeTree, readTree, startWriter, type Tree } from '../../files/testing/tree.ts';
import type { LiveSource, SourceHarness } from '../../testing/source-harness.ts';
import { directorySource } from '../directory-source.ts';
import type { DirectoryLocator } from '../locator.ts';

/** A folder with every kind of entry and with names that break careless programs. */
export function directoryHarness(folderName: string): SourceHarness<DirectoryLocator> {
  return {
    kind: directorySource,
    async create(): Promise<LiveSource<DirectoryLocator>> {
      const parent = await mkdtemp(path.join(tmpdir(), 'holdfast-suite-directory-'));
      const root = path.join(parent, folderName);
      const newName = path.join(parent, 'a new place', folderName);
      await makeTree(root);
      addAttributes(root);
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
