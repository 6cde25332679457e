import { CommandError, exitCodeOf, failureOf } from './command-error.ts';
import type { Host } from './host.ts';
import { reportFailure } from './output/failure.ts';
import { createOutput } from './output/output.ts';

/** Reports what the parser of the command line did not accept, in its words, as any other error. */
export function reportUsageError(host: Host, words: string, json: boolean): number {
  const detail = words
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  const error = new CommandError('invalid-input', detail, {
    hint: 'holdfast --help lists the commands, and holdfast COMMAND --help shows examples.',
  });
  reportFailure(createOutput({ ...host, json }), failureOf(error));
  return exitCodeOf(error.code);
}
