import type { Failure } from '@holdfast/contracts';
import { problemOf } from '../command-error.ts';
import { markup } from './markup.ts';
import type { Output } from './output.ts';

/** The two lines that every error ends in, on standard error. */
export function printFailure(output: Output, failure: Failure, about?: string): void {
  const { errorPalette } = output;
  const subject = about === undefined ? '' : `${about}: `;
  output.note(markup`${errorPalette.red(`Error [${failure.code}]`)}: ${subject}${failure.detail}`);
  output.note(markup`${errorPalette.bold('Next')}: ${failure.hint}`);
}

/** An error that is the whole result of a command: the problem document with `--json`, the two lines otherwise. */
export function reportFailure(output: Output, failure: Failure): void {
  if (output.json) output.document(problemOf(failure));
  else printFailure(output, failure);
}
