import { describe, expect, it } from 'vitest';
import { previousName } from './restore-names.ts';
import { matchPrevious } from './revert.ts';

const now = new Date('2026-11-22T10:15:00Z');
const kept = (name: string) => previousName(name, now, new Set());

describe('which kept database was which', () => {
  it('goes by the order when each kept one', () => {
    const restored = ['a', 'a_before_20261122T101500Z'];
    expect([...matchPrevious({ restored, previous: ['x', 'y'] }).entries()]).toEqual([
      ['a', 'x'],
      ['a_before_20261122T101500Z', 'y'],
    ]);
  });

  it('goes by the names when some are new', () => {
    const restored = ['shop', 'new', 'Größe "x" $(y)'];
    const previous = [kept('shop'), `${kept('Größe "x" $(y)')}_2`];
    expect([...matchPrevious({ restored, previous }).entries()]).toEqual([
      ['shop', previous[0]],
      ['Größe "x" $(y)', previous[1]],
    ]);
  });

  it('refuses where long names, cut off, could be either', () => {
    const long = 'n'.repeat(60);
    expect(() => matchPrevious({ restored: [`${long}1`, `${long}2`], previous: [kept(`${long}1`)] })).toThrow(
      expect.objectContaining({ code: 'restore-failed' }),
    );
  });
});
