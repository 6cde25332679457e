import { connect } from 'node:net';
import path from 'node:path';
import type { Holdfast } from './holdfast.ts';
import { until } from './until.ts';

const listensOn = 'Holdfast listens on ';

export interface Serving extends AsyncDisposable {
  readonly pid: number;
  /** Where browsers reach it. */
  readonly url: string;
  /** What it has said so far, as it was told. */
  said(): string;
  /** As `systemctl stop` does. @throws unless it then ends with 0 */
  stop(): Promise<void>;
  /** As the kernel does when memory is short: at once, and nothing can be done about it. */
  kill(): Promise<void>;
}

/** `holdfast serve` on the data directory of a Holdfast, on a free port unless one is named; ready when this resolves. */
export async function startServing(holdfast: Holdfast, { port = 0 } = {}): Promise<Serving> {
  const running = holdfast.start('serve', '--port', String(port));
  let ended = false;
  void running.outcome.finally(() => {
    ended = true;
  });
  const stop = async () => {
    if (!ended) running.kill('SIGTERM');
    const { exitCode, stderr } = await running.outcome;
    if (exitCode !== 0) throw new Error(`holdfast serve ended with ${exitCode}: ${stderr}`);
  };
  const socket = path.join(holdfast.dataDirectory, 'holdfast.sock');
  await until('the server listens', async () => ended || (await answers(socket)));
  if (ended) await stop();
  await until('it says where', async () => running.said().includes(listensOn));
  const url = /Holdfast listens on (http:[^\s"]+)/.exec(running.said())?.[1] ?? '';
  let killed = false;
  const kill = async () => {
    killed = true;
    running.kill('SIGKILL');
    await running.outcome;
  };
  return {
    pid: running.pid,
    url,
    said: () => running.said(),
    stop,
    kill,
    [Symbol.asyncDispose]: async () => (killed ? undefined : stop()),
  };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket, () => {
      client.destroy();
      resolve(true);
    });
    client.once('error', () => resolve(false));
  });
}
