import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAnonymousPipe } from './anonymous-pipe.ts';

function leave(name: string, ageMs: number): string {
  const file = path.join(tmpdir(), `${name}${randomUUID()}`);
  execFileSync('mkfifo', ['-m', '600', '--', file]);
  onTestFinished(() => rmSync(file, { force: true }));
  const time = (Date.now() - ageMs) / 1000;
  utimesSync(file, time, time);
  return file;
}

it('takes away what a killed process left, and nothing that is being made or of others', async () => {
  const left = leave('holdfast-pipe-', 120_000);
  const young = leave('holdfast-pipe-', 0);
  const foreign = leave('somebody-pipe-', 120_000);
  const pipe = await createAnonymousPipe();
  pipe.close();
  await expect.poll(() => existsSync(left)).toBe(false);
  expect([existsSync(young), existsSync(foreign)]).toEqual([true, true]);
});
