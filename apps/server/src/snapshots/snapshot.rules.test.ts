import { describe, expect, it } from 'vitest';
import { suspicion } from './snapshot.rules.ts';

const mib = 1024 * 1024;
const measured = (counts: Record<string, number>, bytes = 10 * mib) => ({ bytes, counts });

describe('a snapshot is suspicious', () => {
  it('when its size collapsed', () => {
    expect(suspicion(measured({}, 10 * mib), measured({}, mib))).toContain(`holds ${mib} bytes`);
    expect(suspicion(measured({}, 10 * mib), measured({}, 3 * mib))).toBeUndefined();
    expect(suspicion(measured({}, 1000), measured({}, 1))).toBeUndefined();
  });

  it.each([
    [
      'rows of tables',
      { 'rows/shop/public.orders': 5000, 'rows/shop/public.users': 400 },
      { 'rows/shop/public.orders': 0 },
    ],
    [
      'rows of a SQLite file',
      { 'main.orders': 5000, 'main.users': 5000 },
      { 'main.orders': 10, 'main.users': 10 },
    ],
    ['keys', { keys: 2000, 'db0/keys': 2000 }, { keys: 3, 'db0/keys': 3 }],
    ['files, whatever their bytes', { files: 20_000, bytes: 9e9 }, { files: 12, bytes: 8.9e9 }],
    ['bytes of files', { files: 20, bytes: 9e9 }, { files: 20, bytes: 1000 }],
    ['what is not counted any more', { 'rows/a/b.c': 5000 }, {}],
  ])('when the count collapsed: %s', (_what, before, after) => {
    expect(suspicion(measured(before), measured(after))).toMatch(/^It counts \d+/);
  });

  it('when one large table of several was emptied or dropped, though the whole is still large', () => {
    const before = { 'rows/shop/public.orders': 40_000, 'rows/shop/public.events': 160_000 };
    const emptied = suspicion(measured(before), measured({ ...before, 'rows/shop/public.orders': 0 }));
    expect(emptied).toBe('It counts 0 of rows/shop/public.orders; the last good one counted 40000.');
    const { 'rows/shop/public.orders': _dropped, ...rest } = before;
    expect(suspicion(measured(before), measured(rest))).toContain('rows/shop/public.orders');
  });
});

describe('a snapshot is not suspicious', () => {
  it('when there is no good one to compare it with, or it grew', () => {
    expect(suspicion(undefined, measured({}))).toBeUndefined();
    expect(suspicion(measured({ 'rows/a/b.c': 1 }), measured({ 'rows/a/b.c': 1e6 }, 1e9))).toBeUndefined();
  });

  it('when a small table, or one of few rows, was emptied', () => {
    const before = { 'rows/shop/public.events': 1_000_000, 'rows/shop/public.sessions': 50_000 };
    expect(
      suspicion(measured(before), measured({ ...before, 'rows/shop/public.sessions': 0 })),
    ).toBeUndefined();
    expect(suspicion(measured({ 'rows/a/b.c': 900 }), measured({ 'rows/a/b.c': 0 }))).toBeUndefined();
  });

  it('when the oldest partition went and a new one came', () => {
    const month = (number: number) => `rows/shop/public.log_2026_${number}`;
    const users = { 'rows/shop/public.users': 300_000 };
    const before = { ...users, [month(10)]: 50_000, [month(11)]: 60_000 };
    const after = { ...users, [month(11)]: 60_000, [month(12)]: 10 };
    expect(suspicion(measured(before), measured(after))).toBeUndefined();
    expect(suspicion(measured(before), measured({ ...users, [month(12)]: 10 }))).toContain('log_#_#');
  });

  it('when keys that were made to expire did', () => {
    const before = { keys: 5000, 'db0/keys': 5000, 'db0/expiring': 3000, 'db0/expired': 2000 };
    const after = { ...before, 'db0/expiring': 0, 'db0/expired': 0 };
    expect(suspicion(measured(before), measured(after))).toBeUndefined();
  });
});
