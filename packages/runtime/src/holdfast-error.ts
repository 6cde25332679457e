import {
  type ErrorCode,
  type ErrorDefinition,
  errorCatalogue,
  type Failure,
  type Problem,
} from '@holdfast/contracts';

export interface ErrorOptions {
  /** What to do next, where the place that throws knows better than the catalogue. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error with a stable code, what happened, and what to do next. The only error that users ever see. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorCatalogue[code].hint;
  }

  get definition(): ErrorDefinition {
    return errorCatalogue[this.code];
  }

  toFailure(): Failure {
    return { code: this.code, detail: this.message, hint: this.hint };
  }

  toProblem(): Problem {
    const { title, status } = this.definition;
    return { type: `urn:holdfast:error:${this.code}`, title, status, ...this.toFailure() };
  }
}

/**
 * Any thrown value as a HoldfastError. What was not expected becomes `internal` (or what `fallback` says) and
 * keeps its cause.
 */
export function asHoldfastError(error: unknown, fallback: ErrorCode = 'internal'): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new HoldfastError(fallback, detail, { cause: error });
}
