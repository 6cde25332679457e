/**
 * Loaded into a Holdfast before its own code (`NODE_OPTIONS=--import=…`): kills the process, as `kill -9` does, when a
 * self-restore puts the restored database in the place of the present one. `DIE_AT` says at which side of that.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { rename } = fs;
const step = process.env['DIE_AT'];

fs.rename = async (from, to) => {
  if (!String(from).endsWith('.restoring')) return rename(from, to);
  if (step === 'before') die();
  const renaming = rename(from, to);
  if (step === 'during') die();
  await renaming;
  die();
};
syncBuiltinESMExports();

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
