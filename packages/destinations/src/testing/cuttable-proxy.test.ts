import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';

const echo = createServer((socket) => socket.pipe(socket).on('error', () => socket.destroy()));
let proxy: CuttableProxy;
let client: Socket;

beforeEach(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startCuttableProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  client = connect(proxy.port, '127.0.0.1');
  await once(client, 'connect');
});

afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
  await once(echo, 'close');
});

async function answerTo(text: string): Promise<string> {
  client.write(text);
  const [answer] = (await once(client, 'data')) as [Buffer];
  return answer.toString();
}

test('forwards both ways and counts what clients send', async () => {
  expect(await answerTo('hello')).toBe('hello');
  await proxy.sent(5);
  expect(proxy.bytesSent).toBe(5);
});

test('a cut resets connections and refuses new ones until mended', async () => {
  await answerTo('hello');
  const failed = once(client, 'error');
  await proxy.cut();
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  const refused = connect(proxy.port, '127.0.0.1');
  expect((await once(refused, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });

  await proxy.mend();
  client = connect(proxy.port, '127.0.0.1');
  await once(client, 'connect');
  expect(await answerTo('again')).toBe('again');
});

test('a stall keeps the connection and moves nothing until mended', async () => {
  proxy.stall();
  let answered = false;
  const answer = answerTo('hello').then((text) => {
    answered = true;
    return text;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(answered).toBe(false);
  await proxy.mend();
  expect(await answer).toBe('hello');
});

test('slow limits the rate', async () => {
  proxy.slow(1000);
  const started = performance.now();
  expect(await answerTo('x'.repeat(200))).toHaveLength(200);
  // 0.2 s each way.
  expect(performance.now() - started).toBeGreaterThan(350);
});
