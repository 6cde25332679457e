import { randomUUID } from 'node:crypto';
import { openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const files = new Map<string, string>();

/**
 * A path under which child processes of this process (and nobody after its end) can read a certificate, for
 * programs that take one only as a file. The file has no name in any folder, so that nothing is left behind,
 * even by `kill -9`: the path leads through this process's own descriptors. One descriptor per certificate.
 */
export function caCertificateFile(pem: string): string {
  const known = files.get(pem);
  if (known !== undefined) return known;
  const name = path.join(tmpdir(), `holdfast-ca-${randomUUID()}.pem`);
  const descriptor = openSync(name, 'wx+', 0o600);
  try {
    writeFileSync(descriptor, pem);
  } finally {
    rmSync(name, { force: true });
  }
  const file = `/proc/${process.pid}/fd/${descriptor}`;
  files.set(pem, file);
  return file;
}
