import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createOutput } from '../output/output.ts';
import { anOperation } from '../testing/samples.ts';
import { createPlainLines } from './plain-lines.ts';

it('prints when an operation starts and ends, and at most every five seconds in between', () => {
  const stderr = new PassThrough();
  const output = createOutput({ stdout: new PassThrough(), stderr, environment: {}, json: true });
  let now = Date.parse('2026-11-22T02:00:00.000Z');
  const view = createPlainLines(output, { logs: 'problems' }, () => now);
  const pass = anOperation();
  const part = anOperation({ parentId: pass.id, source: 'shop-db' });
  view.update({ ...part, state: 'queued' });
  for (let second = 0; second <= 12; second++) {
    view.update({ ...part, progress: { step: 'dumping', bytesDone: second * 1024 } });
    now += 1000;
  }
  view.update({ ...part, state: 'succeeded', finishedAt: new Date(now).toISOString() });
  view.update({ ...part, state: 'succeeded', finishedAt: new Date(now).toISOString() });
  view.update({ ...pass, state: 'succeeded' });
  expect(String(stderr.read())).toBe(
    [
      'shop-db: dumping · 0 ms',
      'shop-db: dumping · 5 KiB · 5 s',
      'shop-db: dumping · 10 KiB · 10 s',
      'shop-db: succeeded after 13 s',
      '',
    ].join('\n'),
  );
});
