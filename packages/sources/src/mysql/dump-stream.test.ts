import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { DumpStream } from './dump-stream.ts';

const header = `-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
`;
const trailer = '\n/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n\n-- Dump completed\n';

async function through(text: string, chunkSize = 7) {
  const dump = new DumpStream();
  const out = new PassThrough();
  const received = buffer(out);
  const source = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(source.length / chunkSize) }, (_, index) =>
    source.subarray(index * chunkSize, (index + 1) * chunkSize),
  );
  await pipeline(chunks, dump, out);
  return { dump, received: (await received).toString() };
}

it.each([
  ['of MariaDB', `${header}\n--\n${trailer}`],
  ['with the sandbox line', `/*M!999999\\- enable the sandbox mode */ \n${header}${trailer}`],
  ['with a date', `${header}${trailer.replace('completed', 'completed on 2026-11-22 10:00:00')}`],
  ['of MySQL', `-- MySQL dump 10.13  Distrib 8.4.5\n${header}${trailer}`],
])('takes a dump %s for complete, and changes nothing', async (_, text) => {
  for (const chunkSize of [1, 7, 100_000]) {
    const { dump, received } = await through(text, chunkSize);
    expect(dump.complete).toBe(true);
    expect(received).toBe(text);
    await dump.begun;
  }
});

it.each([
  ['that stops midway', `${header}\nINSERT INTO a VALUES (1,'-- Dump completed`],
  ['that goes on after its end', `${header}${trailer}more\n`],
  ['that is none', `Usage: mysqldump${trailer}`],
  ['of nothing', ''],
])('does not take one %s for complete', async (_, text) => {
  expect((await through(text)).dump.complete).toBe(false);
});

it('knows that the transaction has begun only when something comes after the header', async () => {
  const dump = new DumpStream();
  dump.resume();
  let begun = false;
  void dump.begun.then(() => {
    begun = true;
  });
  const write = (text: string) => new Promise((resolve) => dump.write(text, resolve));
  await write(header.slice(0, 20));
  await write(header.slice(20));
  expect(begun).toBe(false);
  await write('\n--\n');
  await dump.begun;
});
