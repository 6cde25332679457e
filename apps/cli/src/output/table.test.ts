import { describe, expect, it } from 'vitest';
import { createPalette } from './markup.ts';
import { formatTable } from './table.ts';

const columns = [
  { title: 'NAME', wraps: true },
  { title: 'SIZE', align: 'right' },
  { title: 'WHY', wraps: true },
] as const;

describe('formatTable', () => {
  it('aligns columns, and ends lines without spaces', () => {
    expect(
      formatTable(columns, [
        ['a', '1 B', ''],
        ['bcdef', '10 MiB', 'x y'],
      ]).value,
    ).toBe('NAME     SIZE  WHY\na         1 B\nbcdef  10 MiB  x y');
  });

  it('keeps every row on one line where there is no terminal', () => {
    const text = formatTable(columns, [['a', '1 B', 'word '.repeat(60).trim()]]).value;
    expect(text.split('\n')).toHaveLength(2);
  });

  it('wraps what may wrap so that no line is wider than the terminal', () => {
    const why = 'The container names no database user, and no label says which one to use.';
    const text = formatTable(columns, [['shop-db', '938 MiB', why]], { width: 50 }).value;
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('no label says');
  });

  it('escapes cells: a newline in a name makes no second row', () => {
    const text = formatTable(columns, [['a\nb\u001b[31m', '1 B', '']]).value;
    expect(text).toContain('a\\nb\\e[31m');
    expect(text.split('\n')).toHaveLength(2);
  });

  it('does not count colours as width', () => {
    const { green } = createPalette(true);
    const lines = formatTable(
      [{ title: 'A' }, { title: 'B' }],
      [
        [green('yes'), 'x'],
        ['yes', 'x'],
      ],
    ).value.split('\n');
    expect(lines[1]?.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(lines[2]);
  });
});
