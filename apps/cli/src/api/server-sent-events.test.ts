import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../testing/collect.ts';
import { parseServerSentEvents, type ServerSentEvent } from './server-sent-events.ts';

async function parse(...chunks: (string | Uint8Array)[]): Promise<ServerSentEvent[]> {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  async function* stream() {
    yield* bytes;
  }
  return collect(parseServerSentEvents(stream()));
}

describe('parseServerSentEvents', () => {
  it('reads fields, joins data lines and keeps the id for later events', async () => {
    expect(await parse('id: 7\nevent: log\ndata: one\ndata:two\n\ndata: three\n\n')).toEqual([
      { event: 'log', data: 'one\ntwo', id: '7' },
      { event: 'message', data: 'three', id: '7' },
    ]);
  });

  it('ignores comments, unknown fields and events without data', async () => {
    expect(await parse(': ping\n\nfoo: bar\nevent: empty\n\ndata\n\n')).toEqual([
      { event: 'message', data: '', id: '' },
    ]);
  });

  it('takes CRLF and CR as line ends, also when a chunk ends between them', async () => {
    expect(await parse('data: a\r', '\n\r', '\ndata: b\r\r')).toEqual([
      { event: 'message', data: 'a', id: '' },
      { event: 'message', data: 'b', id: '' },
    ]);
  });

  it('drops what the end of the stream cut off', async () => {
    expect(await parse('data: whole\n\ndata: half')).toEqual([{ event: 'message', data: 'whole', id: '' }]);
  });

  it('gives the same events however the bytes are cut', async () => {
    const text = '\uFEFFid: 1\r\ndata: größe ✓ 漢字\r\n\r\nid: 2\ndata: {"a":1}\n\n\rdata: 🙂\r\r';
    const bytes = Buffer.from(text);
    const whole = await parse(bytes);
    expect(whole.map((event) => event.data)).toEqual(['größe ✓ 漢字', '{"a":1}', '🙂']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.length }), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        expect(await parse(...chunks)).toEqual(whole);
      }),
    );
  });
});
