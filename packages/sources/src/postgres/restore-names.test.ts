import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTemporaryName, temporaryName } from '../container/temporary-name.ts';
import { isPreviousName, previousName } from './restore-names.ts';

const now = new Date('2026-11-22T02:03:04.567Z');

describe('the name that a replaced database is kept under', () => {
  it('says when it was replaced', () => {
    expect(previousName('app', now, new Set())).toBe('app_before_20261122T020304Z');
  });

  it('fits, is free, and is recognised, whatever the database is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 63 }), (name) => {
        const first = previousName(name, now, new Set());
        const second = previousName(name, now, new Set([first]));
        expect(second).not.toBe(first);
        for (const one of [first, second]) {
          expect(Buffer.byteLength(one)).toBeLessThanOrEqual(63);
          expect(isPreviousName(one)).toBe(true);
        }
      }),
    );
  });
});

it('gives operations that began together different temporary names', () => {
  const one = temporaryName('019a0000-0000-7000-8000-00000000000a', 0);
  expect(one).not.toBe(temporaryName('019a0000-0000-7000-8000-00000000000b', 0));
  expect(isTemporaryName(one)).toBe(true);
});
