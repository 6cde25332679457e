import { closeSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createAnonymousPipe, runProcess } from '@holdfast/runtime';
import { describe, expect, test } from 'vitest';
import { meterStream, type StreamMeter } from './stream-meter.ts';

/** Runs a producer through a meter, and gives what came out at its other end. */
async function run(magic: Uint8Array, produce: (meter: StreamMeter) => Promise<unknown>) {
  const pipe = await createAnonymousPipe();
  const descriptor = pipe.openWriteEnd();
  const input = new Socket({ fd: pipe.openWriteEnd(), readable: false, writable: true });
  const output = buffer(new Socket({ fd: pipe.openReadEnd(), readable: true, writable: false }));
  pipe.close();
  const meter = await meterStream({ input, descriptor }, magic);
  const produced = produce(meter).then(
    () => meter.end(),
    () => meter.stop(),
  );
  const count = await meter.count.catch((error: unknown) => error);
  await meter.stop();
  await produced;
  input.destroy();
  closeSync(descriptor);
  return { count, output: await output };
}

const child = (script: string) => (meter: StreamMeter) =>
  runProcess({ program: 'sh', arguments: ['-c', script], stdout: { descriptor: meter.descriptor } });
const none = new Uint8Array();

describe('the meter of a stream', () => {
  test.each([0, 1, 4095, 65_536, 1_048_575, 1_048_576, 1_048_577, 5_000_001])(
    'passes %i bytes of a child on, and counts them',
    async (bytes) => {
      const { count, output } = await run(none, child(`seq 1 9999999 | head -c ${bytes}`));
      expect(count).toBe(bytes);
      const expected = await runProcess({
        program: 'sh',
        arguments: ['-c', `seq 1 9999999 | head -c ${bytes}`],
        stdout: { captureBytes: 1e7 },
      });
      expect(output.equals(expected.stdout)).toBe(true);
    },
  );

  test('passes what this process writes on, in pieces of any size', async () => {
    const pieces = Array.from({ length: 400 }, (_, index) => Buffer.alloc((index * 7919) % 20_000, index));
    const { count, output } = await run(none, (meter) => pipeline(pieces, meter.writable()));
    const whole = Buffer.concat(pieces);
    expect(count).toBe(whole.length);
    expect(output.equals(whole)).toBe(true);
  });

  test('ends a stream that its producer forgot to end', async () => {
    const { count } = await run(none, async (meter) => void meter.writable().write('some'));
    expect(count).toBe(4);
  });

  test('sees a beginning that comes in single bytes', async () => {
    const slowly = 'for c in P G D M P x; do printf $c; sleep 0.02; done';
    expect(await run(Buffer.from('PGDMP'), child(slowly))).toMatchObject({ count: 6 });
  });

  test.each(['PGDMX', 'PGDM', '', 'ERROR: the database is gone'])(
    'passes nothing on of a stream that begins with %j',
    async (text) => {
      const { count, output } = await run(Buffer.from('PGDMP'), child(`printf '${text}'`));
      expect(count).toMatchObject({ code: 'dump-malformed' });
      expect(output).toHaveLength(0);
    },
  );

  test('beginnings with any byte are compared', async () => {
    const magic = Buffer.from('SQLite format 3\0');
    expect(await run(magic, child(String.raw`printf 'SQLite format 3\000rest'`))).toMatchObject({
      count: 20,
    });
    expect(await run(magic, child(String.raw`printf 'SQLite format 3\001rest'`))).toMatchObject({
      count: { code: 'dump-malformed' },
    });
  });

  test.each([100, 5_000_000])(
    'its producer gets a broken pipe when it stops after %i bytes',
    async (bytes) => {
      let outcome: unknown;
      await run(none, async (meter) => {
        const producing = child(`head -c ${bytes} /dev/zero; exec cat /dev/zero`)(meter);
        setTimeout(() => void meter.stop(), 200);
        outcome = await producing;
      });
      expect(outcome).toMatchObject({ signal: 'SIGPIPE' });
    },
  );

  test('leaves no descriptor open', async () => {
    const open = async () => (await readdir('/proc/self/fd')).length;
    await run(none, child('head -c 2000000 /dev/zero'));
    const before = await open();
    for (let round = 0; round < 5; round++) {
      await run(none, child('head -c 2000000 /dev/zero'));
      await run(Buffer.from('x'), child('echo no'));
    }
    expect(await open()).toBeLessThanOrEqual(before);
  });
});
