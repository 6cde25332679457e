import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Duplex, PassThrough } from 'node:stream';
import { buildDecrypt } from '@aws-crypto/decrypt-node';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';

/** AES-256-GCM with key derivation and key commitment, unsigned: who can read it could sign it, too. */
const suiteId = 0x0478;
const frameLength = 1024 * 1024;
const keyNamespace = 'holdfast';
/** The header is shorter than this, the name of the key in it. */
const headBytes = 1024;

/**
 * Encrypts a stream, in the message format of the AWS Encryption SDK.
 * @throws what the stream throws, after which what came out before is no whole message
 */
export async function* encrypted(
  plain: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const cipher = buildEncrypt().encryptStream(keyring(key), {
    suiteId,
    frameLength,
    encryptionContext: { holdfast: 'self-backup' },
  });
  // The cipher itself is never destroyed: its inner streams throw then where nobody can catch it.
  const output = cipher.pipe(new PassThrough());
  cipher.on('error', (error) => output.destroy(error));
  const leaving = new AbortController();
  const pump = async () => {
    for await (const chunk of plain) {
      if (!cipher.write(chunk)) await once(cipher, 'drain', { signal: leaving.signal });
    }
    cipher.end();
  };
  const pumping = pump().catch((error: unknown) => output.destroy(asHoldfastError(error)));
  try {
    yield* output;
  } finally {
    leaving.abort();
    await pumping;
  }
}

/** Decrypts what is written to it. Every frame is proven before any of it comes out. */
export function decryptor(key: Uint8Array): Duplex {
  return buildDecrypt().decryptUnsignedMessageStream(keyring(key));
}

/**
 * Passes an encrypted file on once its beginning says that this key opens it.
 * @throws HoldfastError `backup-key-wrong`, `backup-damaged` for what is no such file
 */
export async function* forKey(file: AsyncIterable<Uint8Array>, key: Uint8Array): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of file) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < headBytes) continue;
    assertOpens(head, key);
    yield head;
    head = undefined;
  }
  if (head === undefined) return;
  assertOpens(head, key);
  yield head;
}

function assertOpens(head: Buffer, key: Uint8Array): void {
  const names = head
    .subarray(0, headBytes)
    .toString('latin1')
    .matchAll(/key-([0-9a-f]{16})-([0-9a-f]{8})/g);
  // A name that fails its own check was altered: that is damage, and says nothing of the key.
  const [name] = [...names].filter(([, id = '', check]) => check === checkOf(id)).map(([whole]) => whole);
  if (name === keyName(key)) return;
  if (name === undefined) {
    throw new HoldfastError('backup-damaged', 'The file does not begin as a backup of Holdfast does.');
  }
  throw new HoldfastError(
    'backup-key-wrong',
    'The backup was encrypted with another key than the one set here.',
  );
}

function keyring(key: Uint8Array): RawAesKeyringNode {
  return new RawAesKeyringNode({
    keyNamespace,
    keyName: keyName(key),
    unencryptedMasterKey: Uint8Array.from(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}

/** Tells one key from another without giving either away; stands readable in the file's header. */
function keyName(key: Uint8Array): string {
  const id = sha256('holdfast self-backup key', key).slice(0, 16);
  return `key-${id}-${checkOf(id)}`;
}

function checkOf(id: string): string {
  return sha256('holdfast key name', Buffer.from(id)).slice(0, 8);
}

function sha256(purpose: string, content: Uint8Array): string {
  return createHash('sha256').update(purpose).update('\0').update(content).digest('hex');
}
