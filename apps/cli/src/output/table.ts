import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import { type Fragment, Markup, markup } from './markup.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Is wrapped over several lines when the terminal is too narrow; the others keep their width. */
  readonly wraps?: boolean;
}

const gap = 2;
const narrowest = 12;

/**
 * A table without borders. Given the terminal's width, the columns that may wrap share what the others leave; without
 * it (a pipe, a file) every row is one line.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Fragment[])[],
  options: { readonly width?: number; readonly heading?: (fragment: Fragment) => Markup } = {},
): Markup {
  const cells = rows.map((row) => columns.map((_, index) => markup`${row[index] ?? ''}`.value));
  const heading = options.heading ?? ((fragment: Fragment) => markup`${fragment}`);
  const table = new Table({
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    colAligns: columns.map((column) => column.align ?? 'left'),
    wordWrap: true,
    wrapOnWordBoundary: true,
    ...(options.width === undefined ? {} : { colWidths: fit(columns, cells, options.width) }),
  });
  table.push(
    columns.map((column) => heading(column.title).value),
    ...cells,
  );
  const text = table.toString();
  return new Markup(
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n'),
  );
}

const borderless = Object.fromEntries(
  [
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ]
    .flat()
    .map((name) => [name, '']),
);

/** The widths (with the gap) of all columns. Wide characters are counted as one: they only make a column wrap earlier. */
function fit(columns: readonly Column[], cells: readonly (readonly string[])[], width: number): number[] {
  const natural = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((row) => visibleLength(row[index] ?? ''))),
  );
  const total = natural.reduce((sum, value) => sum + value + gap, 0);
  const wrapping = columns.flatMap((column, index) => (column.wraps === true ? [index] : []));
  let excess = total - width;
  const widths = [...natural];
  // The widest gives first, so that short columns stay whole.
  while (excess > 0) {
    const widest = wrapping.reduce<number | undefined>(
      (best, index) => (best === undefined || (widths[index] ?? 0) > (widths[best] ?? 0) ? index : best),
      undefined,
    );
    if (widest === undefined || (widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths.map((value) => value + gap);
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
