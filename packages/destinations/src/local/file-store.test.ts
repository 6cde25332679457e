import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileStoreSuite } from '../testing/file-store-suite.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'));
let count = 0;

fileStoreSuite({
  provider: 'local',
  freshSettings: () => Promise.resolve({ path: path.join(folder, String(count++)) }),
  wrong: [
    {
      name: 'that the folder above is missing',
      settings: () => Promise.resolve({ path: path.join(folder, 'no', 'such') }),
      code: 'destination-folder-missing',
    },
  ],
  cleanUp: () => rm(folder, { recursive: true, force: true }),
});
