import { HoldfastError } from '@holdfast/runtime';
import type { NewOperation, OperationContext, StoredOperation } from './operation.ts';
import type { OperationLog } from './operation-log.ts';
import type { OperationsService } from './operations.service.ts';
import type { RunningOperation } from './running.ts';

/** What the handler of one running operation gets to work with. */
export function createContext(
  operation: StoredOperation,
  { tracker, controller }: RunningOperation,
  { service, log, isStopping }: { service: OperationsService; log: OperationLog; isStopping: () => boolean },
): { context: OperationContext; leftSomething: () => boolean; handedOn: () => boolean } {
  let left = false;
  let handedOn = false;
  const { signal } = controller;

  async function runParts(parts: readonly NewOperation[]): Promise<readonly StoredOperation[]> {
    signal.throwIfAborted();
    if (isStopping()) throw new HoldfastError('interrupted', 'Holdfast was stopped.');
    const created = await service.createAll(parts.map((part) => ({ ...part, parentId: operation.id })));
    const cancelParts = () => {
      for (const { id } of created) void service.cancel(id).catch(() => {});
    };
    signal.addEventListener('abort', cancelParts, { once: true });
    // Waits for the parts' own ends, also when cancelled: a pass must not end before its parts.
    const ended = await Promise.all(created.map(({ id }) => service.untilEnded(id)));
    signal.removeEventListener('abort', cancelParts);
    signal.throwIfAborted();
    return ended;
  }

  return {
    context: {
      signal,
      runParts,
      reporter: {
        step(name) {
          tracker.step(name);
          log.write(operation, 'info', name);
        },
        progress: (progress) => tracker.update(progress),
        log: (level, message) => log.write(operation, level, message),
      },
      leftSomethingBehind: () => {
        left = true;
      },
      handOn: () => {
        handedOn = true;
      },
    },
    leftSomething: () => left,
    handedOn: () => handedOn,
  };
}
