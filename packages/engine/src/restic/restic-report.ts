import type { RunOptions } from '../engine.ts';
import { parseResticLine, type ResticMessage, type ResticSummary } from './restic-output.ts';

/** Texts after which a result is a failure even when restic exits with 0, as versions before 0.19 do. */
const disguised = /unable to remove|does not exist, skipping/i;

/** Enough to say what is wrong; a whole tree of unreadable files must not fill the memory. */
export const keptItemErrors = 100;

/** What restic says while it runs, gathered for its end. */
export interface ResticReport {
  /** Takes a line of standard output or standard error: restic writes JSON and text to both. */
  readonly onLine: (line: string) => void;
  readonly summary: () => ResticSummary | undefined;
  /** The reason that restic gave for its exit. */
  readonly exitMessage: () => string | undefined;
  /** Errors on single files, with their paths; the first hundred. */
  readonly itemErrors: () => readonly { readonly item: string; readonly message: string }[];
  /** A line that means failure though restic may exit with 0. */
  readonly disguisedFailure: () => string | undefined;
}

export function gatherReport(options: RunOptions = {}): ResticReport {
  let summary: ResticSummary | undefined;
  let exitMessage: string | undefined;
  let disguisedFailure: string | undefined;
  const itemErrors: { item: string; message: string }[] = [];
  const takeMessage = (message: ResticMessage) => {
    switch (message.message_type) {
      case 'status':
        options.onProgress?.({
          bytesDone: message.bytes_done ?? message.bytes_restored ?? 0,
          ...(message.total_bytes === undefined ? {} : { bytesTotal: message.total_bytes }),
        });
        break;
      case 'summary':
        summary = message;
        break;
      case 'error':
        if (itemErrors.length < keptItemErrors) {
          itemErrors.push({
            item: message.item ?? '',
            message: message.error?.message ?? message.message ?? '',
          });
        }
        break;
      case 'exit_error':
        exitMessage = message.message;
        break;
    }
  };
  return {
    onLine(line) {
      // JSON lines hold names of files, which may say anything.
      if (line.startsWith('{')) {
        const message = parseResticLine(line);
        if (message !== undefined) takeMessage(message);
        return;
      }
      if (disguised.test(line)) disguisedFailure ??= line;
      options.onMessage?.(line);
    },
    summary: () => summary,
    exitMessage: () => exitMessage,
    itemErrors: () => itemErrors,
    disguisedFailure: () => disguisedFailure,
  };
}
