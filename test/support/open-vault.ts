import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseEnv } from 'node:util';
import { openEnvelope } from '../../apps/server/src/vault/envelope.ts';
import type { NamedSecret } from './find-secrets.ts';
import type { Holdfast } from './holdfast.ts';

/** Everything that a Holdfast keeps secret: what is in its vault, what opens that, and the credential of its host. */
export async function secretsOf({ dataDirectory }: Holdfast): Promise<NamedSecret[]> {
  const read = (name: string) => readFile(path.join(dataDirectory, name), 'utf8');
  const masterKey = Buffer.from(parseEnv(await read('.env'))['HOLDFAST_MASTER_KEY'] ?? '', 'hex');
  const database = new DatabaseSync(path.join(dataDirectory, 'holdfast.db'), { readOnly: true });
  const rows = database.prepare('SELECT name, envelope FROM vault_secrets').all();
  database.close();
  const opened = rows.map(({ name, envelope }): [string, string] => [
    String(name),
    openEnvelope([masterKey], String(name), String(envelope)),
  ]);
  return [
    { name: 'the master key', value: masterKey },
    { name: 'the token of the host', value: (await read('holdfast.token')).trim() },
    ...opened.flatMap(([name, secret]) =>
      valuesIn(secret).flatMap((value) => [
        { name, value },
        // Generated keys are 32 bytes, written as base64url.
        ...(/^[\w-]{43}$/.test(value)
          ? [{ name: `${name}, its bytes`, value: Buffer.from(value, 'base64url') }]
          : []),
      ]),
    ),
  ];
}

/** A text, or the secret ones of several in JSON. */
function valuesIn(secret: string): string[] {
  if (!secret.startsWith('{')) return [secret];
  const values: unknown = JSON.parse(secret);
  return Object.entries(values ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' && name !== 'keyId' ? [value] : [],
  );
}
