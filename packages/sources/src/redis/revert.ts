import { PassThrough } from 'node:stream';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { CaptureContext, Exchange } from '../source.ts';
import { connectServer } from './connect.ts';
import { makeDurable } from './durable.ts';
import { readLiveSettings } from './live-settings.ts';
import type { RedisLocator } from './locator.ts';
import { isPrevious } from './previous.ts';
import { asRestoreErrors, takeOver } from './restore.ts';
import { Stage } from './stage.ts';
import { run } from './switch.ts';
import { freeze } from './verify.ts';

/** Lets the dump that a restore kept serve again, and removes its file: where that is gone, it was done before. */
export async function revertRedis(
  locator: RedisLocator,
  report: Exchange,
  context: CaptureContext,
): Promise<void> {
  const [path] = report.previous;
  if (path === undefined) {
    throw new HoldfastError('restore-failed', 'The restore kept nothing of what was there before.');
  }
  if (!isPrevious(path)) {
    throw new HoldfastError(
      'restore-failed',
      `${JSON.stringify(path)} is not the name of a dump that a restore kept.`,
    );
  }
  await asRestoreErrors(async () => {
    const connected = await connectServer(locator, context);
    const settings = await readLiveSettings(connected, context);
    const { server } = connected;
    const user = server.runner.dataPath === 'direct' ? {} : { user: settings.owner };
    const there = await server.runner.run({ command: ['test', '-e', path], ...user });
    if (there.exitCode !== 0) return;
    const bytes = Number((await run(server, settings, ['stat', '-c', '%s', '--', path])).trim());
    const stream = new PassThrough();
    const done = server.runner
      .run({ command: ['cat', '--', path], ...user, output: { writable: stream }, signal: context.signal })
      .then(({ exitCode, stderr }) => {
        if (exitCode !== 0)
          throw new HoldfastError('restore-failed', `${path} cannot be read: ${stderr.trim()}`);
      });
    done.catch((error: unknown) => stream.destroy(asHoldfastError(error)));
    const stage = await Stage.load(connected, settings, { stream, done, bytes }, context);
    await takeOver(connected, settings, stage, () => freeze(stage), {}, context);
    await makeDurable(connected, settings, context);
    await run(server, settings, ['rm', '-f', '--', path]);
  }, context.signal);
}
