import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { lockDataDirectory } from './lock.ts';

it('is held by one process, and free the moment that it is killed', async () => {
  const file = path.join(await temporaryFolder(), 'holdfast.lock');
  const holder = fork(path.join(import.meta.dirname, '..', 'testing', 'locking-process.ts'), [file], {
    execArgv: ['--expose-gc'],
  });
  // Also when an expectation fails: a child with an open channel would keep this process alive for ever.
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder, 'message');
  expect(() => lockDataDirectory(file)).toThrow(expect.objectContaining({ code: 'data-directory-in-use' }));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = lockDataDirectory(file);
  expect(() => lockDataDirectory(file)).toThrow(expect.objectContaining({ code: 'data-directory-in-use' }));
  lock.release();
  lockDataDirectory(file).release();
});
