import { connect } from 'node:net';
import path from 'node:path';
import type { Holdfast } from './holdfast.ts';
import { until } from './until.ts';

export interface Serving extends AsyncDisposable {
  readonly pid: number;
  /** As `systemctl stop` does. @throws unless it then ends with 0 */
  stop(): Promise<void>;
  /** As the kernel does when memory is short: at once, and nothing can be done about it. */
  kill(): Promise<void>;
}

/** `holdfast serve` on the data directory of a Holdfast, on a free port; ready when this resolves. */
export async function startServing(holdfast: Holdfast): Promise<Serving> {
  const running = holdfast.start('serve', '--port', '0');
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
  const kill = async () => {
    running.kill('SIGKILL');
    await running.outcome;
  };
  return { pid: running.pid, stop, kill, [Symbol.asyncDispose]: stop };
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
