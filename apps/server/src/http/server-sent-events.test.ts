import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type SentEvent, sendEvents } from './server-sent-events.ts';

/** One event, then nothing until the client is gone. */
async function* oneEvent(signal: AbortSignal): AsyncGenerator<SentEvent> {
  yield { data: 'hello', id: 7 };
  if (!signal.aborted) await once(signal, 'abort');
}

/** A client of a stream that is allowed for as long as `isStillAllowed` says so. */
async function follow(isStillAllowed: () => Promise<boolean>): Promise<IncomingMessage> {
  const server = createServer(
    (_, response) =>
      void sendEvents({ request: { isStillAllowed }, response, open: oneEvent, lookEvery: 20 }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [answer] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [
    IncomingMessage,
  ];
  onTestFinished(() => {
    answer.destroy();
    server.close();
  });
  answer.setEncoding('utf8');
  return answer;
}

test('goes on for as long as who asked may see it, and is cut off when they may not any more', async () => {
  let allowed = true;
  const answer = await follow(() => Promise.resolve(allowed));
  let seen = '';
  answer.on('data', (text: string) => {
    seen += text;
  });
  const cutOff = once(answer, 'error').then(() => 'cut off');
  await sleep(150);
  expect(answer.destroyed).toBe(false);
  expect(seen).toMatch(/^id: 7\ndata: "hello"\n\n(: still here\n\n)+$/);
  allowed = false;
  expect(await Promise.race([cutOff, sleep(5_000)])).toBe('cut off');
});
