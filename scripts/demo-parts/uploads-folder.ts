import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Exhibit, Facts } from './exhibit.ts';

const months = ['january', 'february', 'march', 'with space & "quotes"'];
const filesPerMonth = 40;

/** What the shop's customers uploaded: a few hundred files with the odd name, a link, and modes. */
export function uploadsFolder(parent: string): Exhibit {
  const folder = path.join(parent, 'uploads');
  return {
    source: 'demo-uploads',
    description: `a folder with ${months.length * filesPerMonth} files`,
    declaration: { kind: 'directory', path: folder },
    async create() {
      for (const month of months) {
        await mkdir(path.join(folder, month), { recursive: true });
        for (let index = 0; index < filesPerMonth; index++) {
          await writeFile(path.join(folder, month, `photo-${index}.raw`), randomBytes(64 * 1024));
        }
      }
      await chmod(path.join(folder, 'january', 'photo-0.raw'), 0o640);
      await symlink('january/photo-0.raw', path.join(folder, 'newest'));
    },
    async change() {
      await writeFile(path.join(folder, 'march', 'photo-new.raw'), randomBytes(64 * 1024));
    },
    async damage() {
      await rm(path.join(folder, 'february'), { recursive: true });
      await writeFile(path.join(folder, 'january', 'photo-1.raw'), 'your files are encrypted');
      return 'a folder is deleted, a file overwritten';
    },
    facts: () => readFacts(folder),
  };
}

async function readFacts(folder: string): Promise<Facts> {
  const hash = createHash('sha256');
  let files = 0;
  let bytes = 0;
  const entries = await readdir(folder, { recursive: true });
  for (const name of entries.toSorted()) {
    const file = path.join(folder, name);
    const status = await lstat(file);
    hash.update(`${name}\0${status.mode}\0${status.mtimeMs}\0`);
    if (status.isSymbolicLink()) hash.update(await readlink(file));
    if (!status.isFile()) continue;
    const content = await readFile(file);
    hash.update(content);
    files += 1;
    bytes += content.byteLength;
  }
  const digest = hash.digest('hex').slice(0, 16);
  return { files: String(files), bytes: String(bytes), 'hash of names, modes, times, content': digest };
}
