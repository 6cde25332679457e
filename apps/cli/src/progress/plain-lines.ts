import { markup } from '../output/markup.ts';
import type { Output } from '../output/output.ts';
import { hasEnded, labelOf, OperationTree } from './operation-tree.ts';
import { progressLine } from './progress-line.ts';
import type { ProgressOptions, ProgressView } from './progress-view.ts';

const quietMs = 5_000;

/** For logs and pipes: a line when an operation starts or ends, and at most one every few seconds in between. */
export function createPlainLines(output: Output, options: ProgressOptions, now = Date.now): ProgressView {
  const tree = new OperationTree();
  const lastLine = new Map<string, number>();
  let hasParts = false;
  return {
    update(operation) {
      const before = tree.set(operation);
      hasParts ||= operation.parentId !== undefined;
      // The outcome of a pass is the command's own result: only its parts get lines.
      if (hasParts && operation.parentId === undefined) return;
      if (operation.state === 'queued') return;
      const changed = before === undefined || before.state !== operation.state;
      if (!changed && hasEnded(operation)) return;
      const time = now();
      if (!changed && time - (lastLine.get(operation.id) ?? 0) < quietMs) return;
      lastLine.set(operation.id, time);
      output.note(markup`${labelOf(operation)}: ${progressLine(operation, time, output.errorPalette)}`);
    },
    log(operationId, line) {
      if (options.logs === 'problems' && line.level === 'info') return;
      const operation = tree.get(operationId);
      const subject = operation === undefined ? '' : `${labelOf(operation)}: `;
      if (line.level === 'info') output.note(markup`${subject}${line.message}`);
      else output.warn(`${subject}${line.message}`);
    },
    close() {},
  };
}
