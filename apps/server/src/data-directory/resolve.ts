import { homedir } from 'node:os';
import path from 'node:path';

export interface DataDirectoryInput {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly overrides?: { readonly dataDirectory?: string };
  readonly userId?: number;
}

/**
 * Where the state is: what the command line says, then HOLDFAST_DATA_DIR, then the usual place for this user.
 * Asked before anything else, because the directory's own .env belongs to the settings; this file imports nothing
 * heavy, so that a client of a running server can ask, too.
 */
export function resolveDataDirectory({
  environment = process.env,
  overrides,
  userId,
}: DataDirectoryInput = {}): string {
  const chosen = overrides?.dataDirectory ?? environment['HOLDFAST_DATA_DIR']?.trim();
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  const isRoot = (userId ?? process.getuid?.()) === 0;
  return isRoot ? '/var/lib/holdfast' : path.join(homedir(), '.local', 'share', 'holdfast');
}
