import { Box, Group, Loader, Text } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useRef } from 'react';
import classes from './virtual-table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** A track of a CSS grid: `2fr`, `120px`, `minmax(0, 1fr)`. */
  readonly width: string;
  readonly align?: 'right';
  /** Left out on phones. */
  readonly wideOnly?: boolean;
  readonly render: (row: Row) => ReactNode;
}

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** More rows exist: told when the person comes near the end. */
  readonly onEnd?: () => void;
  readonly loadingMore?: boolean;
}

const rowHeight = 52;

/** A table of any length: only the rows on the screen are in the document. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, keyOf, onEnd, loadingMore = false } = props;
  const body = useRef<HTMLDivElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: body.current?.offsetTop ?? 0,
  });
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd !== undefined && rows.length > 0 && last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);
  const template = (wide: boolean) =>
    columns
      .filter((column) => wide || column.wideOnly !== true)
      .map(({ width }) => width)
      .join(' ');
  return (
    <Box
      role="table"
      aria-label={label}
      aria-rowcount={onEnd === undefined ? rows.length : -1}
      className={classes.table}
      style={{ '--columns': template(true), '--columns-phone': template(false) }}
    >
      <div role="rowgroup">
        <div role="row" className={`${classes.row} ${classes.head}`}>
          {columns.map((column) => (
            <div key={column.key} role="columnheader" className={cellClass(column)}>
              {column.title}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={body} style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const offset = start - virtualizer.options.scrollMargin;
          return <BodyRow key={keyOf(row)} row={row} columns={columns} index={index} offset={offset} />;
        })}
      </div>
      {loadingMore && (
        <Group justify="center" p="sm">
          <Loader size="xs" aria-hidden />
          <Text size="sm" c="dimmed">
            Loading more
          </Text>
        </Group>
      )}
    </Box>
  );
}

interface BodyRowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly index: number;
  /** From the top of the table's body, in pixels. */
  readonly offset: number;
}

function PlainBodyRow<Row>({ row, columns, index, offset }: BodyRowProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      className={`${classes.row} ${classes.body}`}
      style={{ height: rowHeight, transform: `translateY(${offset}px)` }}
    >
      {columns.map((column) => (
        <div key={column.key} role="cell" className={cellClass(column)}>
          {column.render(row)}
        </div>
      ))}
    </div>
  );
}

/** While somebody scrolls, the rows that stay are left as they are. */
const BodyRow = memo(PlainBodyRow) as typeof PlainBodyRow;

function cellClass<Row>({ wideOnly, align }: Column<Row>): string {
  return [classes.cell, wideOnly === true ? classes.wide : '', align === 'right' ? classes.right : ''].join(
    ' ',
  );
}
