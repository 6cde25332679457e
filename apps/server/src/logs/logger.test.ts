import { Secret } from '@holdfast/runtime';
import { expect, it } from 'vitest';
import type { LogFields, LogLevel } from './log.ts';
import { createLogger } from './logger.ts';

function collect(format: 'json' | 'text', level: LogLevel = 'info') {
  const lines: string[] = [];
  return { lines, log: createLogger({ format, level, write: (line) => void lines.push(line) }) };
}

it('writes one JSON object a line, with time, level and what it is about', () => {
  const { lines, log } = collect('json');
  log('warn', 'dumping', undefined, { operationId: 'o-1', kind: 'backup', source: 'shop-db' });
  expect(lines).toHaveLength(1);
  const { time, ...rest } = JSON.parse(lines[0] ?? '');
  expect(rest).toEqual({
    level: 'warn',
    msg: 'dumping',
    operationId: 'o-1',
    kind: 'backup',
    source: 'shop-db',
  });
  expect(new Date(time).toISOString()).toBe(time);
});

it.each(['json', 'text'] as const)('leaves out what is below the level, as %s', (format) => {
  const { lines, log } = collect(format, 'warn');
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log(level, level);
  expect(lines.map((line) => /debug|info|warn|error/.exec(line)?.[0])).toEqual(['warn', 'error']);
});

it.each(['json', 'text'] as const)('never shows a planted secret, however deep it lies, as %s', (format) => {
  const { lines, log } = collect(format, 'debug');
  const planted = 'planted-hunter2';
  const config = { headers: { authorization: planted }, nested: [{ password: new Secret(planted) }] };
  const deep = Object.assign(new Error('refused'), { config, env: { PGPASSWORD: planted } });
  const outer = new AggregateError([deep], 'all of them failed', { cause: deep });
  log('error', 'It failed.', outer);
  log('error', 'It failed.', { thrown: planted, config });
  log('error', `cannot reach https://user:${planted}@storage/x`, new Error(`https://u:${planted}@storage`));
  // As code without types could call it.
  const strayed: LogFields = JSON.parse('{"source":"db"}');
  log('info', 'fields', undefined, Object.assign(strayed, { password: new Secret(planted) }));
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toContain(planted);
  expect(lines.join('')).toContain('refused');
});

it('lets no name forge a line or steer a terminal', () => {
  const { lines, log } = collect('text');
  log('info', 'of a\n2026-11-22T00:00:00.000Z error forged \u001b[31m', undefined, { source: 'x\ny' });
  const [first = '', ...others] = (lines[0] ?? '').trimEnd().split('\n');
  expect(first).toMatch(/^\S+ info of a$/);
  expect(others.every((line) => line.startsWith('    '))).toBe(true);
  expect(lines[0]).not.toContain('\u001b');
});

it('ends at a circle of causes', () => {
  const { lines, log } = collect('json');
  const error = new Error('round');
  error.cause = error;
  log('error', 'It failed.', error);
  expect(lines[0]?.match(/"message":"round"/g)).toHaveLength(5);
});
