import { homedir } from 'node:os';
import path from 'node:path';

/** Where the state is: what the person says, then the variable, then the usual place for this user. */
export function dataDirectory(chosen: string | undefined, environment = process.env): string {
  const directory = chosen ?? environment.HOLDFAST_DATA_DIR?.trim();
  if (directory !== undefined && directory !== '') return path.resolve(directory);
  const isRoot = process.getuid?.() === 0;
  return isRoot ? '/var/lib/holdfast' : path.join(homedir(), '.local', 'share', 'holdfast');
}
