import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiClient } from '../../apps/cli/src/api/api-client.ts';
import { createHttpConnection } from '../../apps/cli/src/api/http-connection.ts';

/** The API as the host uses it, of the server that runs on a data directory. */
export async function hostClient({ dataDirectory }: { readonly dataDirectory: string }): Promise<ApiClient> {
  const token = (await readFile(path.join(dataDirectory, 'holdfast.token'), 'utf8')).trim();
  return new ApiClient(
    createHttpConnection({ socketPath: path.join(dataDirectory, 'holdfast.sock'), token }),
  );
}
