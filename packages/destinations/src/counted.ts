import { HoldfastError } from '@holdfast/runtime';

/** Passes a body on and counts its bytes, for the comparison with what the storage holds afterwards. */
export function counted(body: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
  let bytes = 0;
  async function* pass() {
    for await (const chunk of body) {
      // Not every SDK stops by itself.
      signal?.throwIfAborted();
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  return {
    body: pass(),
    /** @throws HoldfastError `destination-failed` */
    assertStored: (stored: number, key: string): number => {
      if (stored === bytes) return bytes;
      throw new HoldfastError(
        'destination-failed',
        `The storage holds ${stored} bytes of ${JSON.stringify(key)}; ${bytes} were sent.`,
      );
    },
  };
}
