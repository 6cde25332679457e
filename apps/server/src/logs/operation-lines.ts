import type { StoredOperation } from '../operations/operation.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { Log, LogFields } from './log.ts';

/** Tells what operations say of themselves, and how each ended. @returns how to stop */
export function tellOfOperations(
  { log: lines, operations }: { log: OperationLog; operations: OperationsService },
  log: Log,
): () => void {
  const stopLines = lines.onLine((operation, { level, message }) =>
    log(level, message, undefined, aboutOperation(operation)),
  );
  const stopEnds = operations.onEnded((operation) => {
    const { state, error, kind } = operation;
    const level = state === 'failed' ? 'error' : state === 'interrupted' ? 'warn' : 'info';
    const why = error === undefined ? '' : `: ${error.detail}`;
    log(level, `${kind} ${state}${why}`, undefined, {
      ...aboutOperation(operation),
      state,
      ...(error === undefined ? {} : { code: error.code }),
      ...durationOf(operation),
    });
  });
  return () => {
    stopLines();
    stopEnds();
  };
}

function aboutOperation({
  id,
  kind,
  source,
  destination,
}: Pick<StoredOperation, 'id' | 'kind' | 'source' | 'destination'>): LogFields {
  return {
    operationId: id,
    kind,
    ...(source === undefined ? {} : { source: source.name }),
    ...(destination === undefined ? {} : { destination: destination.name }),
  };
}

function durationOf({ startedAt, finishedAt }: StoredOperation): LogFields {
  if (startedAt === undefined || finishedAt === undefined) return {};
  return { durationMs: Date.parse(finishedAt) - Date.parse(startedAt) };
}
