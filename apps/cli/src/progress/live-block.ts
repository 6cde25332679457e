import { count } from '@holdfast/contracts/quantities';
import type { TerminalOutput } from '../host.ts';
import { type Markup, markup, type Palette } from '../output/markup.ts';
import { hasEnded, labelOf, OperationTree } from './operation-tree.ts';
import { progressLine } from './progress-line.ts';
import type { ProgressOptions, ProgressView } from './progress-view.ts';

const frameMs = 125;
/** Lines below which a terminal is too small to be counted on. */
const fewestRows = 6;
/** For a terminal that does not say how many it has (it reports 0). */
const usualRows = 24;

const control = {
  /** While wrapping is off, the terminal itself cuts what is too wide, and every line stays one line. */
  wrapOff: '\u001b[?7l',
  wrapOn: '\u001b[?7h',
  hideCursor: '\u001b[?25l',
  showCursor: '\u001b[?25h',
  clearBelow: '\u001b[J',
  up: (lines: number) => (lines > 0 ? `\u001b[${lines}A` : ''),
};

/** A line for each source at work, redrawn in place; lines of the log scroll away above it. */
export function createLiveBlock(
  terminal: TerminalOutput,
  palette: Palette,
  options: ProgressOptions,
  now = Date.now,
): ProgressView {
  const tree = new OperationTree();
  let drawn = 0;

  function draw(above: readonly Markup[] = []): void {
    const lines = block(tree, Math.max(fewestRows, terminal.rows || usualRows) - 2, now(), palette);
    const text = [...above, ...lines].map((line) => `${line.value}\n`).join('');
    terminal.write(`${control.wrapOff}${control.up(drawn)}\r${control.clearBelow}${text}${control.wrapOn}`);
    drawn = lines.length;
  }

  terminal.write(control.hideCursor);
  const timer = setInterval(draw, frameMs);
  let open = true;
  return {
    update: (operation) => void tree.set(operation),
    log(operationId, line) {
      if (options.logs === 'problems' && line.level === 'info') return;
      const operation = tree.get(operationId);
      const subject = operation === undefined ? '' : `${labelOf(operation)}: `;
      const colour = { info: palette.dim, warn: palette.yellow, error: palette.red }[line.level];
      draw([colour(`${subject}${line.message}`)]);
    },
    close() {
      if (!open) return;
      open = false;
      clearInterval(timer);
      draw();
      terminal.write(control.showCursor);
    },
  };
}

/** The lines to show now: those at work first, then those that ended last, and how many there are where not all fit. */
function block(tree: OperationTree, space: number, now: number, palette: Palette): Markup[] {
  const rows = tree.rows();
  const working = rows.filter((operation) => !hasEnded(operation) && operation.state !== 'queued');
  const ended = rows.filter(hasEnded);
  const shown = new Set([...working, ...ended.slice(-Math.max(0, space - working.length))].slice(0, space));
  const width = Math.max(0, ...rows.map((operation) => labelOf(operation).length));
  const lines = rows
    .filter((operation) => shown.has(operation))
    .map(
      (operation) =>
        markup`${palette.bold(labelOf(operation).padEnd(width))}  ${progressLine(operation, now, palette)}`,
    );
  // A pass has parts that are about no source, such as retention.
  const sources = rows.filter((operation) => operation.source !== undefined);
  if (sources.length > 1) {
    lines.push(palette.dim(`${sources.filter(hasEnded).length} of ${count(sources.length, 'source')} done`));
  }
  return lines;
}
