import {
  type ErrorCode,
  type ExitCode,
  errorCatalogue,
  type Failure,
  type Problem,
} from '@holdfast/contracts';

/** An error of the command line itself, or one that the server reported: a code, what happened, what to do next. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** Usually a code of the catalogue; a newer server may send one that this program does not know yet. */
  readonly code: string;
  readonly hint: string;

  constructor(code: string, detail: string, options: { hint?: string; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? definitionOf(code).hint;
  }
}

/** The entry of the catalogue; that of `internal` for a code that is not in it. */
export function definitionOf(code: string): (typeof errorCatalogue)[ErrorCode] {
  return isErrorCode(code) ? errorCatalogue[code] : errorCatalogue.internal;
}

export function exitCodeOf(code: string): ExitCode {
  return definitionOf(code).exit;
}

/**
 * Any thrown value as the words to show. An error of another package that carries a code of the catalogue and a
 * hint (as those of an embedded server do) keeps them; what was not expected becomes `internal`.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return { code: error.code, detail: error.message, hint: error.hint };
  const detail = error instanceof Error ? error.message : String(error);
  if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    isErrorCode(error.code)
  ) {
    const hint =
      'hint' in error && typeof error.hint === 'string' ? error.hint : definitionOf(error.code).hint;
    return { code: error.code, detail, hint };
  }
  return { code: 'internal', detail, hint: errorCatalogue.internal.hint };
}

/** The same as the problem document that the API would answer. */
export function problemOf(failure: Failure): Problem {
  const { title, status } = definitionOf(failure.code);
  return { type: `urn:holdfast:error:${failure.code}`, title, status, ...failure };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
